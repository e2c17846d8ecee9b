using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>A service that may have few files open, and more connections than that.</summary>
[TestClass]
public sealed class FileLimitTests
{
    private const int Files = 512;

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-files-").FullName;

    [TestCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task More_idle_connections_than_files_leave_the_service_running_and_boards_and_users_connected()
    {
        (NanoIoTProcess process, ReadyInfo ready) = await NanoIoTProcess.ServeWithFileLimitAsync(_folder, Files).ConfigureAwait(false);
        using (process)
        using (var client = new ServiceClient(ready))
        {
            X509Certificate2 certificate = await CreateBoardAsync(client).ConfigureAwait(false);
            int port = int.Parse(ready.Mqtt.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            var idle = new List<Socket>();
            try
            {
                for (int i = 0; i < Files + 100; i++)
                {
                    idle.Add(await ConnectAsync(port).ConfigureAwait(false));
                    idle.Add(await ConnectAsync(new Uri(ready.Api).Port).ConfigureAwait(false));
                }

                // The flood comes from one address; a board at another gets through it, and so does a user.
                await ConnectBoardAsync(port, certificate, IPAddress.Parse("127.0.0.2"), process).ConfigureAwait(false);
                Assert.AreEqual("b", (await client.GetAsync("/things/b").ConfigureAwait(false))["thingName"]!.GetValue<string>());
                Assert.Contains("connections refused", process.Errors + process.Output);
            }
            finally
            {
                idle.ForEach(socket => socket.Dispose());
            }

            await ConnectBoardAsync(port, certificate, IPAddress.Loopback, process).ConfigureAwait(false);
            Assert.Contains("open files: soft limit", process.Errors + process.Output);
        }
    }

    [TestMethod]
    public async Task A_limit_that_leaves_no_room_for_connections_is_refused_at_start()
    {
        InvalidOperationException exception = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => NanoIoTProcess.ServeWithFileLimitAsync(_folder, 256)).ConfigureAwait(false);

        Assert.Contains("FileLimitTooLow", exception.Message);
        Assert.Contains("ulimit -n", exception.Message);
    }

    private static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Refused as fast as it was accepted.
            socket.Close();
        }

        return socket;
    }

    /// <summary>A board tries again when it is refused.</summary>
    private static Task ConnectBoardAsync(int port, X509Certificate2 certificate, IPAddress from, NanoIoTProcess process) => Wait.UntilAsync(
        async () =>
        {
            try
            {
                RawMqtt board = await RawMqtt.OpenAsync(port, certificate, from).ConfigureAwait(false);
                await using (board.ConfigureAwait(false))
                {
                    return await board.ConnectAsync("b").ConfigureAwait(false) == 0;
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                return false;
            }
        },
        "a board connects from " + from,
        () => process.Output + process.Errors);

    private static async Task<X509Certificate2> CreateBoardAsync(ServiceClient client)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = new CertificateRequest("CN=b", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        await client.PostAsync("/things/b", []).ConfigureAwait(false);
        JsonNode made = await client.PostAsync("/certificates?setAsActive=true", new JsonObject { ["certificateSigningRequest"] = csr }).ConfigureAwait(false);
        string arn = made["certificateArn"]!.GetValue<string>();
        using var attach = new HttpRequestMessage(HttpMethod.Put, "/things/b/principals");
        attach.Headers.Add("x-amzn-principal", arn);
        (await client.Http.SendAsync(attach).ConfigureAwait(false)).EnsureSuccessStatusCode();
        await client.SendAsync(HttpMethod.Put, "/target-policies/nanoiot-device", new StringContent(new JsonObject { ["target"] = arn }.ToJsonString())).ConfigureAwait(false);
        using var certificate = X509Certificate2.CreateFromPem(made["certificatePem"]!.GetValue<string>());
        using X509Certificate2 withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }
}
