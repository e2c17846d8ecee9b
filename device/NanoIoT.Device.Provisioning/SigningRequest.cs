using NanoIoT.Device.Security;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>A certificate signing request (PKCS #10, RFC 2986) for a key made on the board.</summary>
    internal static class SigningRequest
    {
        /// <summary>Makes the request.</summary>
        /// <param name="key">The key.</param>
        /// <param name="commonName">The subject: at most 64 ASCII characters.</param>
        /// <returns>The request, PEM.</returns>
        public static string Create(KeyPair key, string commonName)
        {
            var name = new byte[commonName.Length < 64 ? commonName.Length : 64];
            for (int i = 0; i < name.Length; i++)
            {
                name[i] = (byte)commonName[i];
            }

            byte[] subject = Der.Make(0x30, Der.Make(0x31, Der.Make(0x30, Der.Join(new byte[] { 0x06, 0x03, 0x55, 0x04, 0x03 }, Der.Make(0x0c, name)))));

            // id-ecPublicKey (1.2.840.10045.2.1)
            byte[] algorithm = Der.Make(0x30, Der.Join(new byte[] { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 }, Der.CurveName()));
            byte[] publicKey = Der.Make(0x30, Der.Join(algorithm, Der.BitString(key.PublicKey)));
            byte[] information = Der.Make(0x30, Der.Join(Der.Make(0x02, new byte[1]), subject, publicKey, Der.Make(0xa0, new byte[0])));

            // ecdsa-with-SHA256 (1.2.840.10045.4.3.2)
            byte[] signed = Der.Make(0x30, new byte[] { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 });
            byte[] signature = key.Sign(Sha256.Hash(information));
            byte[] value = Der.Make(0x30, Der.Join(Der.Unsigned(signature, 0), Der.Unsigned(signature, 32)));
            return Der.ToPem("CERTIFICATE REQUEST", Der.Make(0x30, Der.Join(information, signed, Der.BitString(value))));
        }
    }
}
