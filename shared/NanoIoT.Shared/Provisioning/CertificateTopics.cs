namespace NanoIoT.Shared
{
    /// <summary>Topics of fleet provisioning and certificate rotation: AWS IoT's, and the one that confirms a new certificate.</summary>
    public static class CertificateTopics
    {
        /// <summary>Asks for a key and a certificate; answered on <c>/accepted</c> or <c>/rejected</c> below it.</summary>
        public const string Create = "$aws/certificates/create/json";

        /// <summary>Asks for a certificate for a signing request; answered on <c>/accepted</c> or <c>/rejected</c> below it.</summary>
        public const string CreateFromCsr = "$aws/certificates/create-from-csr/json";

        /// <summary>Prefix of the topics that provision; the template's name follows.</summary>
        public const string ProvisionPrefix = "$aws/provisioning-templates/";

        /// <summary>The built-in template by which a board gives its own thing a new certificate.</summary>
        public const string RotationTemplate = "nanoiot-rotation";

        /// <summary>The built-in template by which a board becomes a thing named after its serial number.</summary>
        public const string FleetTemplate = "nanoiot-fleet";

        /// <summary>Provisions by a template; answered on <c>/accepted</c> or <c>/rejected</c> below it.</summary>
        /// <param name="template">The template's name.</param>
        /// <returns>The topic.</returns>
        public static string Provision(string template) => ProvisionPrefix + template + "/provision/json";

        /// <summary>Says, over a connection with a new certificate, that it is kept and the former may go; answered on <c>/accepted</c> or <c>/rejected</c> below it.</summary>
        /// <param name="thing">The thing.</param>
        /// <returns>The topic.</returns>
        public static string Confirm(string thing) => Topics.ThingPrefix + thing + "/certificate/confirm";
    }
}
