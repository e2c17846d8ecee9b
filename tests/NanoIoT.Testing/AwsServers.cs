using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace NanoIoT.Testing;

/// <summary>Servers that speak AWS's protocols, each on a free port of the loopback, ended with this.</summary>
public sealed class AwsServers : IAsyncDisposable
{
    /// <summary>Id and secret of the access key that the S3 server knows; the others take any.</summary>
    public const string Key = "S3RVER";

    private static readonly string s_modules = Path.Combine(Repository.Root, "tests", "counterparts", "servers", "node_modules");

    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-servers-").FullName;
    private readonly List<Process> _servers = [];

    /// <summary>A client of DynamoDB Local.</summary>
    /// <param name="address">Its address.</param>
    /// <returns>The client.</returns>
    public static AmazonDynamoDBClient CreateDynamoDb(Uri address) =>
        new(new BasicAWSCredentials(Key, Key), new AmazonDynamoDBConfig { ServiceURL = address?.ToString(), AuthenticationRegion = "eu-west-1" });

    /// <summary>Starts DynamoDB Local.</summary>
    /// <returns>Its address.</returns>
    public Task<Uri> StartDynamoDbAsync()
    {
        int port = FreePort.Next();
        return LaunchAsync(port, "java", Path.Combine(s_modules, "amplify-dynamodb-simulator", "emulator"), "-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-port", $"{port}");
    }

    /// <summary>Starts an S3 server with a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <returns>Its address.</returns>
    public Task<Uri> StartS3Async(string bucket)
    {
        int port = FreePort.Next();
        string data = Directory.CreateDirectory(Path.Combine(_folder, "s3")).FullName;
        return LaunchAsync(port, "node", _folder, Path.Combine(s_modules, "s3rver", "bin", "s3rver.js"), "-d", data, "-a", "127.0.0.1", "-p", $"{port}", "--configure-bucket", bucket);
    }

    /// <summary>Starts a Kinesis server.</summary>
    /// <returns>Its address.</returns>
    public Task<Uri> StartKinesisAsync()
    {
        int port = FreePort.Next();
        return LaunchAsync(port, "node", _folder, Path.Combine(s_modules, "kinesalite", "cli.js"), "--port", $"{port}", "--createStreamMs", "10");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Process server in _servers)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync().ConfigureAwait(false);
            server.Dispose();
        }

        _servers.Clear();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task<Uri> LaunchAsync(int port, string command, string folder, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _servers.Add(process);
        await Wait.UntilAsync(
            () =>
            {
                using var client = new TcpClient();
                try
                {
                    client.Connect(IPAddress.Loopback, port);
                    return true;
                }
                catch (SocketException)
                {
                    return process.HasExited ? throw new InvalidOperationException($"{command} ended") : false;
                }
            },
            command + " listens").ConfigureAwait(false);
        return new Uri($"http://127.0.0.1:{port}/");
    }
}
