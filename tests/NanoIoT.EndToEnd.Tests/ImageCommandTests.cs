using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary><c>nanoiot firmware keygen, build, sign, verify, inspect</c>, as a user runs them.</summary>
[TestClass]
public sealed class ImageCommandTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-images-").FullName;

    [TestCleanup]
    public void Stop() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task An_MCUboot_image_is_built_explained_and_verified()
    {
        await File.WriteAllBytesAsync(At("app.raw"), new byte[5000]).ConfigureAwait(false);
        await OkAsync("firmware", "keygen", "--out", At("key.pem")).ConfigureAwait(false);
        await OkAsync("firmware", "keygen", "--out", At("other.pem")).ConfigureAwait(false);
        await OkAsync("firmware", "build", "--kind", "mcuboot", "--profile", "ESP32_S3", "--version", "1.2.3+4", "--key", At("key.pem"), "--security-counter", "9", "--pad", "--out", At("app.bin"), "--payload", At("app.raw")).ConfigureAwait(false);

        string table = await OkAsync("firmware", "inspect", At("app.bin")).ConfigureAwait(false);
        JsonNode json = JsonNode.Parse((await OkAsync("firmware", "inspect", At("app.bin"), "--output", "json").ConfigureAwait(false)).Split('\n')[^1])!;

        Assert.Contains("1.2.3+4", table);
        Assert.Contains("security counter 9", table);
        Assert.AreEqual("1.2.3+4", json["version"]!.GetValue<string>());
        Assert.IsTrue(json["hashValid"]!.GetValue<bool>());
        Assert.IsTrue(json["padded"]!.GetValue<bool>());
        Assert.AreEqual(0x249000, json["fileSize"]!.GetValue<int>(), "the slot of ESP32_S3");
        await OkAsync("firmware", "verify", At("app.bin"), "--key", At("key.pem")).ConfigureAwait(false);
        Assert.AreEqual(1, (await NanoIoTProcess.RunAsync("firmware", "verify", At("app.bin"), "--key", At("other.pem")).ConfigureAwait(false)).ExitCode);
        await OkAsync("firmware", "sign", At("app.bin"), "--key", At("other.pem"), "--out", At("resigned.bin")).ConfigureAwait(false);
        await OkAsync("firmware", "verify", At("resigned.bin"), "--key", At("other.pem")).ConfigureAwait(false);

        byte[] damaged = await File.ReadAllBytesAsync(At("resigned.bin")).ConfigureAwait(false);
        damaged[1000] ^= 1;
        await File.WriteAllBytesAsync(At("damaged.bin"), damaged).ConfigureAwait(false);
        (int exitCode, string output, _) = await NanoIoTProcess.RunAsync("firmware", "inspect", At("damaged.bin")).ConfigureAwait(false);
        Assert.AreEqual(1, exitCode);
        Assert.Contains("WRONG", output);
    }

    [TestMethod]
    public async Task A_bundle_is_built_from_assemblies_in_load_order()
    {
        await OkAsync("firmware", "keygen", "--out", At("key.pem")).ConfigureAwait(false);
        string thermostat = Repository.DeviceAssembly("device/samples/Thermostat/files/1.1.0", "Thermostat");

        string text = await OkAsync("firmware", "build", "--kind", "bundle", "--profile", "ESP32_REV3", "--version", "1.1.0", "--key", At("key.pem"), "--out", At("app.nib"), thermostat).ConfigureAwait(false);

        Assert.Contains("Thermostat.Program", text);
        await OkAsync("firmware", "verify", At("app.nib"), "--key", At("key.pem")).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task What_cannot_be_built_is_refused_with_a_code()
    {
        await File.WriteAllBytesAsync(At("large.raw"), new byte[3_000_000]).ConfigureAwait(false);
        await File.WriteAllBytesAsync(At("empty"), []).ConfigureAwait(false);
        await File.WriteAllTextAsync(At("text.pe"), "no assembly").ConfigureAwait(false);
        await OkAsync("firmware", "keygen", "--out", At("key.pem")).ConfigureAwait(false);
        string[] build = ["firmware", "build", "--key", At("key.pem"), "--out", At("out.bin"), "--version", "1.0.0"];

        await RefusedAsync(1, "do not fit the slot", [.. build, "--kind", "mcuboot", "--profile", "ESP32_S3", "--payload", At("large.raw")]).ConfigureAwait(false);
        await RefusedAsync(2, "updates by files", [.. build, "--kind", "mcuboot", "--profile", "ESP32_REV3", "--payload", At("text.pe")]).ConfigureAwait(false);
        await RefusedAsync(1, "neither a .pe", [.. build, "--kind", "bundle", "--profile", "ESP32_REV3", At("text.pe")]).ConfigureAwait(false);
        await RefusedAsync(2, "does not exist", [.. build, "--kind", "mcuboot", "--profile", "NO_SUCH", "--payload", At("text.pe")]).ConfigureAwait(false);
        await RefusedAsync(1, "is empty", [.. build, "--kind", "mcuboot", "--profile", "ESP32_S3", "--payload", At("empty")]).ConfigureAwait(false);
        await RefusedAsync(1, "exists already", ["firmware", "keygen", "--out", At("key.pem")]).ConfigureAwait(false);
        await RefusedAsync(1, "neither an MCUboot image nor a bundle", ["firmware", "inspect", At("text.pe")]).ConfigureAwait(false);
        await RefusedAsync(1, "not a P-256 key", ["firmware", "verify", At("text.pe"), "--key", At("text.pe")]).ConfigureAwait(false);
        Assert.IsFalse(File.Exists(At("out.bin")));
    }

    [TestMethod]
    public async Task A_key_in_KMS_signs_and_its_private_half_stays_there()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var kms = new HttpListener();
        int port = FreePort.Next();
        kms.Prefixes.Add($"http://127.0.0.1:{port}/");
        kms.Start();
        Task server = ServeKmsAsync(kms, key);
        await File.WriteAllBytesAsync(At("app.raw"), new byte[500]).ConfigureAwait(false);
        await File.WriteAllTextAsync(At("public.pem"), key.ExportSubjectPublicKeyInfoPem()).ConfigureAwait(false);
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL_KMS"] = $"http://127.0.0.1:{port}/",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
        };

        (int built, string output, string errors) = await NanoIoTProcess.RunAsync(environment, "firmware", "build", "--kind", "mcuboot", "--profile", "ESP32_S3", "--version", "1.0.0", "--key", "kms:alias/firmware", "--out", At("app.bin"), "--payload", At("app.raw")).ConfigureAwait(false);

        Assert.AreEqual(0, built, output + errors);
        await OkAsync("firmware", "verify", At("app.bin"), "--key", At("public.pem")).ConfigureAwait(false);
        (int missing, _, string why) = await NanoIoTProcess.RunAsync(environment, "firmware", "sign", At("app.bin"), "--key", "kms:alias/absent", "--out", At("b.bin")).ConfigureAwait(false);
        Assert.AreEqual(1, missing);
        Assert.Contains("alias/absent", why);
        await ServeWithKmsAsync(environment, key).ConfigureAwait(false);
        kms.Stop();
        await server.ConfigureAwait(false);

        (int unreachable, _, string refused) = await NanoIoTProcess.RunAsync(environment, "firmware", "sign", At("app.bin"), "--key", "kms:alias/firmware", "--out", At("b.bin")).ConfigureAwait(false);
        Assert.AreEqual(1, unreachable);
        Assert.Contains("kms:alias/firmware", refused);
        Assert.DoesNotContain("Unhandled", refused);
    }

    /// <summary>A service whose images and manifests the key in KMS signs.</summary>
    private async Task ServeWithKmsAsync(Dictionary<string, string> environment, ECDsa key)
    {
        (NanoIoTProcess service, ReadyInfo ready) = await NanoIoTProcess.ServeAsync(At("data"), environment: environment, more: ["--firmware-key", "kms:alias/firmware"]).ConfigureAwait(false);
        using (service)
        using (var api = new ServiceClient(ready))
        {
            JsonNode info = await api.GetAsync("nanoiot/info").ConfigureAwait(false);
            Assert.AreEqual(key.ExportSubjectPublicKeyInfoPem(), info["bootKeyPem"]!.GetValue<string>());
            await api.SendAsync(HttpMethod.Post, "nanoiot/firmware?component=app&version=1.0.0&profile=ESP32_S3", new ByteArrayContent(new byte[3000])).ConfigureAwait(false);
            await api.PostAsync("nanoiot/campaigns", new JsonObject { ["id"] = "c", ["allowEmpty"] = true, ["component"] = "app", ["version"] = "1.0.0", ["stages"] = new JsonArray(new JsonObject { ["percent"] = 100 }) }).ConfigureAwait(false);
            JsonNode retained = await api.GetAsync("retainedMessage/nanoiot/ota/all/app").ConfigureAwait(false);
            JsonNode announcement = JsonNode.Parse(Convert.FromBase64String(retained["payload"]!.GetValue<string>()))!;
            Assert.IsTrue(info["trustedKeys"]!.AsObject().ContainsKey(announcement["keyId"]!.GetValue<string>()));
            Assert.IsTrue(key.VerifyData(Convert.FromBase64String(announcement["manifest"]!.GetValue<string>()), Convert.FromBase64String(announcement["signature"]!.GetValue<string>()), HashAlgorithmName.SHA256));
            Assert.IsFalse(File.Exists(At("data/firmware.key")), "no other key");
        }
    }

    /// <summary>KMS's JSON protocol (TrentService.GetPublicKey, .Sign), as far as the AWS SDK asks for it here.</summary>
    private static async Task ServeKmsAsync(HttpListener listener, ECDsa key)
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            JsonNode request = (await JsonNode.ParseAsync(context.Request.InputStream).ConfigureAwait(false))!;
            JsonNode answer = new JsonObject { ["__type"] = "NotFoundException", ["message"] = "Alias " + request["KeyId"] + " is not found." };
            if (request["KeyId"]!.GetValue<string>() == "alias/firmware")
            {
                answer = context.Request.Headers["X-Amz-Target"] == "TrentService.Sign"
                    ? new JsonObject { ["Signature"] = Convert.ToBase64String(key.SignHash(Convert.FromBase64String(request["Message"]!.GetValue<string>()), DSASignatureFormat.Rfc3279DerSequence)), ["SigningAlgorithm"] = "ECDSA_SHA_256" }
                    : new JsonObject { ["PublicKey"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), ["KeySpec"] = "ECC_NIST_P256", ["KeyUsage"] = "SIGN_VERIFY" };
            }
            else
            {
                context.Response.StatusCode = 400;
            }

            context.Response.ContentType = "application/x-amz-json-1.1";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.ToJsonString())).ConfigureAwait(false);
            context.Response.Close();
        }
    }

    private static async Task<string> OkAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await NanoIoTProcess.RunAsync(arguments).ConfigureAwait(false);
        Assert.AreEqual(0, exitCode, string.Join(' ', arguments) + "\n" + output + errors);
        return output;
    }

    private static async Task RefusedAsync(int exitCode, string why, string[] arguments)
    {
        (int code, string output, string errors) = await NanoIoTProcess.RunAsync(arguments).ConfigureAwait(false);
        Assert.AreEqual(exitCode, code, string.Join(' ', arguments) + "\n" + output + errors);
        Assert.Contains(why, errors);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
