using System.Reflection;
using System.Security.Cryptography;
using NanoIoT.Testing;

namespace NanoIoT.Benchmarks;

/// <summary>What one signature verification costs the board's interpreter, in IL instructions.</summary>
internal static class SignatureCost
{
    public static void Run()
    {
        var counter = new IlCounter(Repository.DeviceAssembly("device/NanoIoT.Device", "NanoIoT.Device"));
        MethodInfo verify = counter.Assembly.GetType("NanoIoT.Device.Security.EcdsaP256")!.GetMethod("Verify")!;
        MethodInfo hash = counter.Assembly.GetType("NanoIoT.Device.Security.Sha256")!.GetMethod("Hash")!;
        var costs = new List<long>();
        for (int i = 0; i < 20; i++)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ECParameters parameters = key.ExportParameters(false);
            byte[] point = [4, .. parameters.Q.X!, .. parameters.Q.Y!];
            byte[] digest = RandomNumberGenerator.GetBytes(32);
            long before = counter.Instructions;
            if (verify.Invoke(null, [point, digest, key.SignHash(digest)]) is not true)
            {
                throw new InvalidOperationException("a right signature was refused");
            }

            costs.Add(counter.Instructions - before);
        }

        costs.Sort();
        Console.WriteLine($"P-256 verification: {costs[0]:n0} to {costs[^1]:n0} IL instructions, median {costs[costs.Count / 2]:n0} (20 keys)");
        long start = counter.Instructions;
        hash.Invoke(null, [new byte[1024]]);
        Console.WriteLine($"SHA-256: {(counter.Instructions - start) / 1024.0:n0} IL instructions a byte (1,024 bytes)");
    }
}
