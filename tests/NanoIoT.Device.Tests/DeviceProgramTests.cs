using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Emulator.Runtime;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing;

namespace NanoIoT.Device.Tests;

/// <summary>The device binary, asked on a virtual board, against answers of .NET.</summary>
[TestClass]
public sealed class DeviceProgramTests
{
    private static readonly BigInteger s_order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);

    [TestMethod]
    public async Task Signatures_are_judged_as_dotnet_judges_them()
    {
        var questions = new List<(string Question, string Answer)>();
        for (int i = 0; i < 12; i++)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] digest = RandomNumberGenerator.GetBytes(32);
            byte[] signature = key.SignHash(digest);
            byte[] point = Point(key);
            questions.Add((Ask(point, digest, signature), "true"));
            questions.Add((Ask(point, Flip(digest), signature), "false"));
            questions.Add((Ask(point, digest, Flip(signature)), "false"));
            questions.Add((Ask(Flip(point), digest, signature), "false"));
            using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            questions.Add((Ask(Point(other), digest, signature), "false"));

            // s and n - s verify alike: ECDSA's known malleability, and .NET's answer.
            byte[] mirrored = [.. signature[..32], .. Bytes(s_order - Number(signature[32..]))];
            questions.Add((Ask(point, digest, mirrored), "true"));
        }

        await AskAsync(questions).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Edge_cases_of_signatures_are_refused_or_taken_rightly()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] point = Point(key);
        byte[] digest = new byte[32];
        digest.AsSpan().Fill(0xFF);
        byte[] right = key.SignHash(digest);
        byte[] zero = key.SignHash(new byte[32]);
        byte[] r = right[..32];
        byte[] s = right[32..];
        byte[] notOnCurve = [4, .. Bytes(1), .. Bytes(1)];
        byte[] infinity = new byte[65];
        var questions = new List<(string, string)>
        {
            (Ask(point, digest, right), "true"),
            (Ask(point, new byte[32], zero), "true"),
            (Ask(point, digest, [.. new byte[32], .. s]), "false"),
            (Ask(point, digest, [.. r, .. new byte[32]]), "false"),
            (Ask(point, digest, new byte[64]), "false"),
            (Ask(point, digest, [.. Bytes(s_order), .. s]), "false"),
            (Ask(point, digest, [.. r, .. Bytes(s_order)]), "false"),
            (Ask(point, digest, [.. Bytes(s_order + 1), .. s]), "false"),
            (Ask(point, digest, [.. Bytes((BigInteger.One << 256) - 1), .. s]), "false"),
            (Ask(point, digest, right[..63]), "false"),
            (Ask(point, digest, [.. right, 0]), "false"),
            (Ask(notOnCurve, digest, right), "false"),
            (Ask(infinity, digest, right), "false"),
            (Ask([2, .. point[1..]], digest, right), "false"),
            (Ask([4, .. Bytes((BigInteger.One << 256) - 1), .. point[33..]], digest, right), "false"),
            (Ask(point, digest[..31], right), "false"),
        };

        // The key whose private half is 1, 2 and n - 1: the base point, its double and its mirror.
        foreach (BigInteger secret in new[] { BigInteger.One, new BigInteger(2), s_order - 1 })
        {
            using ECDsa special = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(secret) });
            questions.Add((Ask(Point(special), digest, special.SignHash(digest)), "true"));
        }

        await AskAsync(questions).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task Hashes_gates_and_versions_are_the_same_on_both_sides()
    {
        var questions = new List<(string, string)>();
        for (int length = 0; length <= 130; length += 5)
        {
            byte[] data = RandomNumberGenerator.GetBytes(length);
            questions.Add(("sha256" + (length == 0 ? string.Empty : " " + Convert.ToHexString(data)), Convert.ToHexStringLower(SHA256.HashData(data))));
        }

        for (int i = 0; i < 100; i++)
        {
            string thing = $"thing-{i}:x_Y";
            questions.Add(($"gate salt{i % 7} {thing}", $"{GateHash.Permyriad($"salt{i % 7}", thing)} {GateHash.SpreadSeconds($"salt{i % 7}", thing, 600)}"));
        }

        questions.Add(("version 1.2.3-rc.1 1.2.3", "-1"));
        questions.Add(("version 1.10.0 1.9.9", "1"));
        await AskAsync(questions).ConfigureAwait(false);
    }

    [TestMethod]
    public async Task The_emulator_has_nanoFrameworks_quirks()
    {
        await AskAsync(
        [
            ("utf8 610062", "a"),
            ("utf8 41C08042", "A\0B"),
            ("base64 A*==", "threw System.Exception"),
            ("base64 QUJD", "3"),
            ("entries", "3"),
            ("file", "3 refused 2"),
            ("tojson", "{\"a\":1,\"b\":\"x\"}"),
            ("json {\"a\":5}", "{Int32:5}"),
            ("json {\"a\":5000000000}", "{Int64:5000000000}"),
            ("json {\"a\":99999999999999999999}", "threw System.ArgumentOutOfRangeException"),
            ("json {\"a\":[[3]]}", "threw nanoFramework.Json.DeserializationException"),
            ("json {\"a\":[3]}", "{[1]}"),
            ("json {\"a\":\"\\u0026\"}", "{String:&}"),
            ("json {\"a\":\"\\u1234\"}", "{String:\u2234}"),
            ("json {\"a\":\"\\u002B\"}", "threw nanoFramework.Json.DeserializationException"),
            ("json {\"a\":\"\\/\"}", "threw nanoFramework.Json.DeserializationException"),
            ("json {\"a\":1,\"a\":2}", "threw System.ArgumentException"),
            ("json {\"a\":1,}", "{Int32:1}"),
            ("json {\"a\":1", "threw System.IndexOutOfRangeException"),
            ("json {\"a\":1e}", "threw System.FormatException"),
        ]).ConfigureAwait(false);
    }

    private static async Task AskAsync(List<(string Question, string Answer)> questions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] payload = AssemblyPayload.Pack(
        [
            File.ReadAllBytes(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device")),
            File.ReadAllBytes(Repository.DeviceAssembly("tests/device/DeviceTests", "DeviceTests")),
        ]);
        var lines = new ConcurrentQueue<string>();
        var done = new TaskCompletionSource();
        var board = new VirtualBoard(new VirtualBoardOptions
        {
            Name = "questions",
            Profile = ProfileCatalog.Find("ORGPAL_PALTHREE")!,
            FactoryImage = McuBootImageBuilder.Build(payload, SemanticVersion.Parse("1.0.0")!, key),
            BootKey = key,
            Files = new Dictionary<string, byte[]> { ["I:\\questions.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', questions.Select(item => item.Question))) },
        });
        board.Log += (_, line) =>
        {
            lines.Enqueue(line);
            if (line == "done" || line.StartsWith("unhandled", StringComparison.Ordinal))
            {
                done.TrySetResult();
            }
        };
        await using (board.ConfigureAwait(false))
        {
            await board.PowerOnAsync().ConfigureAwait(false);
            await done.Task.WaitAsync(Wait.Limit).ConfigureAwait(false);
        }

        string[] answers = [.. lines.Where(line => line.StartsWith("answer ", StringComparison.Ordinal))];
        Assert.HasCount(questions.Count, answers, string.Join('\n', lines));
        for (int i = 0; i < questions.Count; i++)
        {
            Assert.AreEqual($"answer {i} {questions[i].Answer}", answers[i], questions[i].Question);
        }
    }

    private static string Ask(byte[] point, byte[] digest, byte[] signature) =>
        $"ecdsa {Convert.ToHexString(point)} {Convert.ToHexString(digest)} {Convert.ToHexString(signature)}";

    private static byte[] Point(ECDsa key)
    {
        ECParameters parameters = key.ExportParameters(false);
        return [4, .. parameters.Q.X!, .. parameters.Q.Y!];
    }

    private static byte[] Flip(byte[] bytes)
    {
        byte[] copy = (byte[])bytes.Clone();
        copy[RandomNumberGenerator.GetInt32(1, copy.Length)] ^= 1;
        return copy;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
