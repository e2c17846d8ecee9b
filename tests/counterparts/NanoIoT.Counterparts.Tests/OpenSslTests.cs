using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Counterparts.Tests;

/// <summary>Keys and signatures of <c>nanoiot firmware</c>, as openssl sees them.</summary>
[TestClass]
public sealed class OpenSslTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-openssl-").FullName;

    [TestCleanup]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Openssl_verifies_the_signature_of_an_image_with_the_key_keygen_made()
    {
        string key = Path.Combine(_folder, "key.pem");
        string image = Path.Combine(_folder, "app.bin");
        await File.WriteAllBytesAsync(Path.Combine(_folder, "app.raw"), new byte[3000]).ConfigureAwait(false);
        Assert.AreEqual(0, (await NanoIoTProcess.RunAsync("firmware", "keygen", "--out", key).ConfigureAwait(false)).ExitCode);
        Assert.AreEqual(0, (await NanoIoTProcess.RunAsync("firmware", "build", "--kind", "mcuboot", "--profile", "ESP32_S3", "--version", "1.0.0", "--key", key, "--out", image, "--payload", Path.Combine(_folder, "app.raw")).ConfigureAwait(false)).ExitCode);
        JsonNode description = JsonNode.Parse((await NanoIoTProcess.RunAsync("firmware", "inspect", image, "--output", "json").ConfigureAwait(false)).Output.Split('\n')[^1])!;
        JsonNode signature = description["tlvs"]!.AsArray().Single(item => item!["type"]!.GetValue<string>() == "ECDSA_SIG")!;
        byte[] bytes = await File.ReadAllBytesAsync(image).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "signed"), bytes[..(description["headerSize"]!.GetValue<int>() + description["payloadSize"]!.GetValue<int>())]).ConfigureAwait(false);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "signature"), Convert.FromHexString(signature["value"]!.GetValue<string>())).ConfigureAwait(false);

        Assert.Contains("ASN1 OID: prime256v1", await OpenSslAsync("pkey", "-in", key, "-text", "-noout").ConfigureAwait(false));
        await OpenSslAsync("pkey", "-in", key, "-pubout", "-out", Path.Combine(_folder, "public.pem")).ConfigureAwait(false);
        Assert.Contains("Verified OK", await OpenSslAsync("dgst", "-sha256", "-verify", Path.Combine(_folder, "public.pem"), "-signature", Path.Combine(_folder, "signature"), Path.Combine(_folder, "signed")).ConfigureAwait(false));
    }

    private static async Task<string> OpenSslAsync(params string[] arguments)
    {
        (_, string output, string errors) = await Programs.RunAsync("openssl", arguments).ConfigureAwait(false);
        return output + errors;
    }
}
