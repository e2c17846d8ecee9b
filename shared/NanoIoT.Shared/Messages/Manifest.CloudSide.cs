using NanoIoT.Shared.Json;

namespace NanoIoT.Shared
{
    /// <content>What only the cloud does: writing.</content>
    public sealed partial class Manifest
    {
        /// <summary>The canonical bytes, which are what is signed.</summary>
        /// <returns>The bytes.</returns>
        /// <exception cref="MessageException">A field is out of its range.</exception>
        public byte[] ToBytes()
        {
            Validate();
            var json = new JsonWriter();
            json.StartObject();
            json.Member(Fields.Version, Contract.Version);
            json.Member(Fields.Component, Component);
            json.Member(Fields.FirmwareVersion, Version);
            json.Member(Fields.Kind, Kind);
            json.Member(Fields.Size, Size);
            json.Member(Fields.Sha256, Sha256);
            json.Member(Fields.ChunkSize, ChunkSize);
            json.StartObject(Fields.Digests);
            json.Member(Fields.Hmac, DigestsHmac);
            json.Member(Fields.Offset, DigestsOffset);
            json.EndObject();
            json.StartArray(Fields.Profiles);
            for (int i = 0; i < Profiles.Length; i++)
            {
                json.Value(Profiles[i]);
            }

            json.EndArray();
            json.StartObject(Fields.Requires);
            if (MinVersion != null)
            {
                json.Member(Fields.MinVersion, MinVersion);
            }

            if (MinClr != null)
            {
                json.Member(Fields.MinClr, MinClr);
            }

            json.EndObject();
            json.Member(Fields.RollbackIndex, RollbackIndex);
            json.EndObject();
            return json.ToBytes();
        }
    }
}
