using System;
using System.Text;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>
    /// What is signed of an image: what it is, for whom, and the digest of its list of chunk digests. Its bytes are
    /// canonical JSON: fixed order, no white space, so that one manifest has one signature. Behind the image lies the list
    /// of chunk digests; of more than 64 chunks the list is in pages of 64, the pages' own digests follow it, and
    /// <see cref="DigestsHmac"/> is theirs: so a board needs one page in RAM at a time, whatever the image's size.
    /// </summary>
    public sealed partial class Manifest
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>Chunks whose digests a board holds in RAM at a time: a page of the list.</summary>
        public const int ChunksPerPage = 64;

        private const int MaxProfiles = 16;
        private const int MaxPages = 64;
        private const int MaxBytes = 0x2000000;

        /// <summary>The component the image replaces, e.g. <c>app</c>.</summary>
        public string Component = string.Empty;

        /// <summary>The image's version (Semantic Versioning).</summary>
        public string Version = string.Empty;

        /// <summary>One of <see cref="ImageKinds"/>.</summary>
        public string Kind = string.Empty;

        /// <summary>The image's length in bytes.</summary>
        public int Size;

        /// <summary>SHA-256 of the image, 64 hexadecimal digits.</summary>
        public string Sha256 = string.Empty;

        /// <summary>Bytes a chunk; the last one may be shorter.</summary>
        public int ChunkSize;

        /// <summary>
        /// HMAC-SHA-256 under <see cref="Contract.GetDigestKey"/> of the list of chunk digests, or of the pages' digests where
        /// there is more than one page; 64 hexadecimal digits.
        /// </summary>
        public string DigestsHmac = string.Empty;

        /// <summary>Where the list of chunk digests begins in the artifact: behind the image.</summary>
        public int DigestsOffset;

        /// <summary>The hardware profiles the image is for.</summary>
        public string[] Profiles = new string[0];

        /// <summary>The lowest running version the image may replace, or null. One above the image's own version makes it the way back from that version.</summary>
        public string? MinVersion;

        /// <summary>The lowest nanoCLR version the image runs on, or null.</summary>
        public string? MinClr;

        /// <summary>Grows when older images must not come back; a board refuses one lower than it has confirmed.</summary>
        public int RollbackIndex;

        /// <summary>How many chunks the image has.</summary>
        public int ChunkCount => (Size + ChunkSize - 1) / ChunkSize;

        /// <summary>How many pages of digests the image has.</summary>
        public int PageCount => (ChunkCount + ChunksPerPage - 1) / ChunksPerPage;

        /// <summary>Bytes of the digests behind the image: the list, and behind it the pages' digests where there is more than one page.</summary>
        public int DigestsLength => (ChunkCount + (PageCount > 1 ? PageCount : 0)) * Contract.DigestBytes;

        /// <summary>Reads a manifest.</summary>
        /// <param name="bytes">The signed bytes.</param>
        /// <returns>The manifest, every field within its range.</returns>
        /// <exception cref="MessageException">The bytes are no canonical manifest.</exception>
        public static Manifest Parse(byte[] bytes)
        {
            if (bytes.Length > Contract.MaxManifestBytes)
            {
                throw new MessageException(ReasonCodes.ManifestMalformed, "manifest longer than " + Contract.MaxManifestBytes.ToString() + " bytes");
            }

            Manifest manifest;
            try
            {
                manifest = Read(new JsonReader(bytes, 0, bytes.Length, Contract.MaxJsonDepth));
            }
            catch (JsonFormatException exception)
            {
                throw new MessageException(ReasonCodes.ManifestMalformed, exception.Message);
            }

            manifest.Validate();
            return manifest;
        }

        private static Manifest Read(JsonReader json)
        {
            var manifest = new Manifest();
            var seen = new FieldSet();
            json.ReadStartObject();
            while (json.ReadName())
            {
                seen.Add(json.GetString(), json);
                if (json.ValueEquals(Fields.Version))
                {
                    if (json.ReadInt64(0, int.MaxValue) != Contract.Version)
                    {
                        throw new MessageException(ReasonCodes.UnknownContractVersion, "manifest of an unknown contract version");
                    }
                }
                else if (json.ValueEquals(Fields.Component))
                {
                    manifest.Component = json.ReadString();
                }
                else if (json.ValueEquals(Fields.FirmwareVersion))
                {
                    manifest.Version = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Kind))
                {
                    manifest.Kind = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Size))
                {
                    manifest.Size = (int)json.ReadInt64(1, int.MaxValue);
                }
                else if (json.ValueEquals(Fields.Sha256))
                {
                    manifest.Sha256 = json.ReadString();
                }
                else if (json.ValueEquals(Fields.ChunkSize))
                {
                    manifest.ChunkSize = (int)json.ReadInt64(1, Contract.MaxChunkBytes);
                }
                else if (json.ValueEquals(Fields.Digests))
                {
                    ReadDigests(json, manifest);
                }
                else if (json.ValueEquals(Fields.Profiles))
                {
                    manifest.Profiles = ReadProfiles(json);
                }
                else if (json.ValueEquals(Fields.Requires))
                {
                    ReadRequires(json, manifest);
                }
                else if (json.ValueEquals(Fields.RollbackIndex))
                {
                    manifest.RollbackIndex = (int)json.ReadInt64(0, int.MaxValue);
                }
                else
                {
                    json.Skip();
                }
            }

            json.ReadEnd();
            seen.Require(Fields.Version);
            return manifest;
        }

        private static void ReadDigests(JsonReader json, Manifest manifest)
        {
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.Hmac))
                {
                    manifest.DigestsHmac = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Offset))
                {
                    manifest.DigestsOffset = (int)json.ReadInt64(0, int.MaxValue);
                }
                else
                {
                    json.Skip();
                }
            }
        }

        private static string[] ReadProfiles(JsonReader json)
        {
            var all = new string[MaxProfiles];
            int count = 0;
            json.ReadStartArray();
            while (json.Read() != JsonTokenType.EndArray)
            {
                if (count == MaxProfiles)
                {
                    throw new JsonFormatException("more than 16 profiles", json.TokenStart);
                }

                all[count++] = json.GetString();
            }

            var profiles = new string[count];
            Array.Copy(all, profiles, count);
            return profiles;
        }

        private static void ReadRequires(JsonReader json, Manifest manifest)
        {
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.MinVersion))
                {
                    manifest.MinVersion = json.ReadString();
                }
                else if (json.ValueEquals(Fields.MinClr))
                {
                    manifest.MinClr = json.ReadString();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        private static void Check(bool holds, string detail)
        {
            if (!holds)
            {
                throw new MessageException(ReasonCodes.ManifestMalformed, detail);
            }
        }

        private static bool IsDigest(string text) => text.Length == 64 && Hex.Decode(text) != null;

        private void Validate()
        {
            Check(Contract.IsValidName(Component), Fields.Component);
            Check(SemanticVersion.Parse(Version) != null, Fields.FirmwareVersion);
            Check(Kind == ImageKinds.McuBoot || Kind == ImageKinds.Bundle, Fields.Kind);
            Check(Size > 0 && Size <= MaxBytes, Fields.Size);
            Check(IsDigest(Sha256), Fields.Sha256);
            Check(ChunkSize >= 256 && ChunkSize <= Contract.MaxChunkBytes, Fields.ChunkSize);
            Check(PageCount <= MaxPages, Fields.Size);
            Check(IsDigest(DigestsHmac), Fields.Hmac);
            Check(DigestsOffset >= Size && DigestsOffset <= 2 * MaxBytes, Fields.Offset);
            Check(Profiles.Length > 0 && Profiles.Length <= MaxProfiles, Fields.Profiles);
            for (int i = 0; i < Profiles.Length; i++)
            {
                Check(Contract.IsValidName(Profiles[i]), Fields.Profiles);
            }

            Check(MinVersion == null || SemanticVersion.Parse(MinVersion) != null, Fields.MinVersion);
            Check(MinClr == null || SemanticVersion.Parse(MinClr) != null, Fields.MinClr);
            Check(RollbackIndex >= 0, Fields.RollbackIndex);
        }
    }
}
