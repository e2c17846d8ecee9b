using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;

namespace NanoIoT.Cloud.Rules.Notifications;

/// <summary>Signs notifications as SNS does (SignatureVersion 2: RSA with SHA-256), with a key of the service's own whose certificate it serves.</summary>
internal sealed class NotificationSigner : IDisposable
{
    public const string CertificatePath = "/nanoiot/sns.pem";
    private const int KeyBits = 2048;
    private const int Years = 10;

    private readonly CloudOptions _options;
    private readonly Lazy<(RSA Key, string Pem)> _identity;

    public NotificationSigner(CloudOptions options)
    {
        _options = options;
        _identity = new Lazy<(RSA, string)>(Open);
    }

    /// <summary>What receivers check signatures by.</summary>
    public string CertificatePem => _identity.Value.Pem;

    /// <summary>Adds the signature to a message.</summary>
    public void Sign(JsonObject message)
    {
        string[] names = message["Type"]!.ToString() == "Notification"
            ? ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
            : ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
        var text = new StringBuilder();
        foreach (string name in names.Where(name => message[name] is not null))
        {
            text.Append(name).Append('\n').Append(message[name]).Append('\n');
        }

        message["SignatureVersion"] = "2";
        message["Signature"] = Convert.ToBase64String(_identity.Value.Key.SignData(Encoding.UTF8.GetBytes(text.ToString()), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public void Dispose()
    {
        if (_identity.IsValueCreated)
        {
            _identity.Value.Key.Dispose();
        }
    }

    /// <summary>Reads the key, or makes it: at the first notification, since many services send none.</summary>
    private (RSA Key, string Pem) Open()
    {
        RSA key = RSA.Create(KeyBits);
        string keyFile = Path.Combine(_options.DataFolder, "notifications.key");
        string certificateFile = Path.Combine(_options.DataFolder, "notifications.pem");
        if (File.Exists(keyFile) && File.Exists(certificateFile))
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            return (key, File.ReadAllText(certificateFile));
        }

        using X509Certificate2 certificate = new CertificateRequest("CN=nanoIoT notifications", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(Years));
        string pem = certificate.ExportCertificatePem();
        PrivateFile.Write(certificateFile, pem);
        PrivateFile.Write(keyFile, key.ExportPkcs8PrivateKeyPem());
        FolderManifest.Add(_options.DataFolder, "notifications.key", "notifications.pem");
        return (key, pem);
    }
}
