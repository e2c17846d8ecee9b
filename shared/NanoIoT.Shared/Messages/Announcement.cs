using System;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>The retained message that updates a fleet: a signed manifest, where the image is, and the gate.</summary>
    public sealed partial class Announcement
    {
        /// <summary>The campaign's id.</summary>
        public string Campaign { get; set; } = string.Empty;

        /// <summary>Grows with each publish of the campaign; the newest wins.</summary>
        public long Revision { get; set; }

        /// <summary>One of <see cref="CampaignStates"/>.</summary>
        public string State { get; set; } = CampaignStates.Active;

        /// <summary>The manifest's canonical bytes.</summary>
        public byte[] Manifest { get; set; } = new byte[0];

        /// <summary>ECDSA P-256 over SHA-256 of the manifest: r and s, 32 bytes each (IEEE P1363).</summary>
        public byte[] Signature { get; set; } = new byte[0];

        /// <summary>Which key signed.</summary>
        public string KeyId { get; set; } = string.Empty;

        /// <summary>Where the artifact is.</summary>
        public string Url { get; set; } = string.Empty;

        /// <summary>When the URL stops working, Unix seconds; 0 where it does not.</summary>
        public long UrlExpires { get; set; }

        /// <summary>Share of boards that may go, in ten-thousandths.</summary>
        public int Permyriad { get; set; }

        /// <summary>The salt of <see cref="GateHash"/>.</summary>
        public string Salt { get; set; } = string.Empty;

        /// <summary>Over how many seconds the boards that may go spread their start.</summary>
        public int SpreadSeconds { get; set; }

        /// <summary>Earliest start, Unix seconds; 0 for none.</summary>
        public long NotBefore { get; set; }

        /// <summary>Latest start, Unix seconds; 0 for none.</summary>
        public long NotAfter { get; set; }

        /// <summary>Reads an announcement.</summary>
        /// <param name="payload">The message's payload.</param>
        /// <returns>The announcement; its manifest is not read and its signature not verified yet.</returns>
        /// <exception cref="MessageException">The payload is no announcement of the contract.</exception>
        public static Announcement Parse(byte[] payload)
        {
            if (payload.Length > Contract.MaxAnnouncementBytes)
            {
                throw new MessageException(ReasonCodes.AnnouncementTooLarge, payload.Length.ToString() + " bytes");
            }

            try
            {
                return Read(new JsonReader(payload, 0, payload.Length, Contract.MaxJsonDepth));
            }
            catch (JsonFormatException exception)
            {
                throw new MessageException(ReasonCodes.AnnouncementMalformed, exception.Message);
            }
        }

        private static Announcement Read(JsonReader json)
        {
            const long latest = 253402300799L;
            var result = new Announcement();
            var seen = new FieldSet();
            json.ReadStartObject();
            while (json.ReadName())
            {
                string name = json.GetString();
                seen.Add(name, json);
                switch (name)
                {
                    case Fields.Version:
                        long version = json.ReadInt64(0, int.MaxValue);
                        if (version != Contract.Version)
                        {
                            throw new MessageException(ReasonCodes.UnknownContractVersion, "v " + version.ToString());
                        }

                        break;
                    case Fields.Campaign:
                        result.Campaign = json.ReadString();
                        break;
                    case Fields.Revision:
                        result.Revision = json.ReadInt64(0, long.MaxValue);
                        break;
                    case Fields.State:
                        result.State = json.ReadString();
                        break;
                    case Fields.Manifest:
                        result.Manifest = ReadBase64(json);
                        break;
                    case Fields.Signature:
                        result.Signature = ReadBase64(json);
                        break;
                    case Fields.KeyId:
                        result.KeyId = json.ReadString();
                        break;
                    case Fields.Url:
                        result.Url = json.ReadString();
                        break;
                    case Fields.UrlExpires:
                        result.UrlExpires = json.ReadInt64(0, latest);
                        break;
                    case Fields.Gate:
                        ReadGate(json, result);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            json.ReadEnd();
            seen.Require(Fields.Version);
            seen.Require(Fields.Revision);
            Check(Contract.IsValidName(result.Campaign), "campaign: 1 to 128 of a-z A-Z 0-9 : _ -");
            Check(
                result.State == CampaignStates.Active || result.State == CampaignStates.Paused || result.State == CampaignStates.Canceled,
                "state: active, paused or canceled");
            Check(result.State != CampaignStates.Active || result.Url.Length > 0, "url missing");
            return result;
        }

        private static void ReadGate(JsonReader json, Announcement result)
        {
            const long latest = 253402300799L;
            json.ReadStartObject();
            while (json.ReadName())
            {
                switch (json.GetString())
                {
                    case Fields.Permyriad:
                        result.Permyriad = (int)json.ReadInt64(0, Contract.WholeFleetPermyriad);
                        break;
                    case Fields.Salt:
                        result.Salt = json.ReadString();
                        break;
                    case Fields.SpreadSeconds:
                        result.SpreadSeconds = (int)json.ReadInt64(0, 31536000);
                        break;
                    case Fields.NotBefore:
                        result.NotBefore = json.ReadInt64(0, latest);
                        break;
                    case Fields.NotAfter:
                        result.NotAfter = json.ReadInt64(0, latest);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
        }

        private static byte[] ReadBase64(JsonReader json)
        {
            string text = json.ReadString();
            try
            {
                return Convert.FromBase64String(text);
            }
            catch (Exception)
            {
                // The board throws Exception itself where .NET throws FormatException.
                throw new JsonFormatException("not base64", json.TokenStart);
            }
        }

        private static void Check(bool holds, string detail)
        {
            if (!holds)
            {
                throw new MessageException(ReasonCodes.AnnouncementMalformed, detail);
            }
        }
    }
}
