using System;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <summary>The retained message that updates a fleet: a signed manifest, where the image is, and the gate.</summary>
    public sealed partial class Announcement
    {
        // Fields: a board pays for each property with a hundred bytes of flash.

        /// <summary>The campaign's id.</summary>
        public string Campaign = string.Empty;

        /// <summary>Grows with each publish of the campaign; the newest wins.</summary>
        public long Revision;

        /// <summary>One of <see cref="CampaignStates"/>.</summary>
        public string State = CampaignStates.Active;

        /// <summary>The manifest's canonical bytes.</summary>
        public byte[] Manifest = new byte[0];

        /// <summary>ECDSA P-256 over SHA-256 of the manifest: r and s, 32 bytes each (IEEE P1363).</summary>
        public byte[] Signature = new byte[0];

        /// <summary>Which key signed.</summary>
        public string KeyId = string.Empty;

        /// <summary>Where the artifact is.</summary>
        public string Url = string.Empty;

        /// <summary>When the URL stops working, Unix seconds; 0 where it does not.</summary>
        public long UrlExpires;

        /// <summary>Share of boards that may go, in ten-thousandths.</summary>
        public int Permyriad;

        /// <summary>The salt of <see cref="GateHash"/>.</summary>
        public string Salt = string.Empty;

        /// <summary>Over how many seconds the boards that may go spread their start.</summary>
        public int SpreadSeconds;

        /// <summary>Earliest start, Unix seconds; 0 for none.</summary>
        public long NotBefore;

        /// <summary>Latest start, Unix seconds; 0 for none.</summary>
        public long NotAfter;

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
            var result = new Announcement();
            var seen = new FieldSet();
            json.ReadStartObject();
            while (json.ReadName())
            {
                seen.Add(json.GetString(), json);
                if (json.ValueEquals(Fields.Version))
                {
                    long version = json.ReadInt64(0, int.MaxValue);
                    if (version != Contract.Version)
                    {
                        throw new MessageException(ReasonCodes.UnknownContractVersion, "v " + version.ToString());
                    }
                }
                else if (json.ValueEquals(Fields.Campaign))
                {
                    result.Campaign = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Revision))
                {
                    result.Revision = json.ReadInt64(0, long.MaxValue);
                }
                else if (json.ValueEquals(Fields.State))
                {
                    result.State = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Manifest))
                {
                    result.Manifest = ReadBase64(json);
                }
                else if (json.ValueEquals(Fields.Signature))
                {
                    result.Signature = ReadBase64(json);
                }
                else if (json.ValueEquals(Fields.KeyId))
                {
                    result.KeyId = json.ReadString();
                }
                else if (json.ValueEquals(Fields.Url))
                {
                    result.Url = json.ReadString();
                }
                else if (json.ValueEquals(Fields.UrlExpires))
                {
                    result.UrlExpires = json.ReadInt64(0, Contract.MaxUnixSeconds);
                }
                else if (json.ValueEquals(Fields.Gate))
                {
                    ReadGate(json, result);
                }
                else
                {
                    json.Skip();
                }
            }

            json.ReadEnd();
            seen.Require(Fields.Version);
            seen.Require(Fields.Revision);
            Check(Contract.IsValidName(result.Campaign), "campaign");
            Check(
                result.State == CampaignStates.Active || result.State == CampaignStates.Paused || result.State == CampaignStates.Canceled,
                "state");
            Check(result.State != CampaignStates.Active || result.Url.Length > 0, "url");
            return result;
        }

        private static void ReadGate(JsonReader json, Announcement result)
        {
            json.ReadStartObject();
            while (json.ReadName())
            {
                if (json.ValueEquals(Fields.Permyriad))
                {
                    result.Permyriad = (int)json.ReadInt64(0, Contract.WholeFleetPermyriad);
                }
                else if (json.ValueEquals(Fields.Salt))
                {
                    result.Salt = json.ReadString();
                }
                else if (json.ValueEquals(Fields.SpreadSeconds))
                {
                    result.SpreadSeconds = (int)json.ReadInt64(0, 31536000);
                }
                else if (json.ValueEquals(Fields.NotBefore))
                {
                    result.NotBefore = json.ReadInt64(0, Contract.MaxUnixSeconds);
                }
                else if (json.ValueEquals(Fields.NotAfter))
                {
                    result.NotAfter = json.ReadInt64(0, Contract.MaxUnixSeconds);
                }
                else
                {
                    json.Skip();
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
