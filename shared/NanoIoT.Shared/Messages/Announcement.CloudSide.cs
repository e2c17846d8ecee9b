using System;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <content>What only the cloud does: writing.</content>
    public sealed partial class Announcement
    {
        /// <summary>The payload to publish.</summary>
        /// <returns>The bytes.</returns>
        public byte[] ToBytes()
        {
            var json = new JsonWriter();
            json.StartObject();
            json.Member(Fields.Version, Contract.Version);
            json.Member(Fields.Campaign, Campaign);
            json.Member(Fields.Revision, Revision);
            json.Member(Fields.State, State);
            json.Member(Fields.Manifest, Convert.ToBase64String(Manifest));
            json.Member(Fields.Signature, Convert.ToBase64String(Signature));
            json.Member(Fields.KeyId, KeyId);
            json.Member(Fields.Url, Url);
            json.Member(Fields.UrlExpires, UrlExpires);
            json.StartObject(Fields.Gate);
            json.Member(Fields.Permyriad, Permyriad);
            json.Member(Fields.Salt, Salt);
            json.Member(Fields.SpreadSeconds, SpreadSeconds);
            json.Member(Fields.NotBefore, NotBefore);
            json.Member(Fields.NotAfter, NotAfter);
            json.EndObject();
            json.EndObject();
            return json.ToBytes();
        }
    }
}
