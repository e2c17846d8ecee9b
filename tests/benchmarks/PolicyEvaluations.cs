using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Testing;

namespace NanoIoT.Benchmarks;

/// <summary>How many times a second one core asks the built-in device policy, for a topic it allows.</summary>
internal static class PolicyEvaluations
{
    private const int Cached = 5_000_000;
    private const int Uncached = 1_000_000;

    public static async Task RunAsync()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            (string pem, _) = await service.RegisterAsync("t").ConfigureAwait(false);
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
            ConnectionAccess access = service.Cloud.Access.For(CertificateAuthority.CertificateIdOf(certificate), "t", null);
            const string topic = "nanoiot/things/t/telemetry";
            if (!access.IsAllowed(PolicyAction.Publish, topic))
            {
                throw new InvalidOperationException("the policy does not allow what is measured");
            }

            double cached = PerSecond(Cached, () => access.Evaluate(PolicyAction.Publish, topic));
            double uncached = PerSecond(Uncached, () => access.EvaluateUncached(PolicyAction.Publish, topic));
            Console.WriteLine($"cached:   {cached:n0} evaluations a second on one core");
            Console.WriteLine($"uncached: {uncached:n0} evaluations a second on one core");
            Console.WriteLine($"ratio:    {cached / uncached:n1}");
        }
    }

    private static double PerSecond(int count, Func<Decision> evaluate)
    {
        for (int i = 0; i < count / 10; i++)
        {
            evaluate();
        }

        var clock = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            evaluate();
        }

        return count / clock.Elapsed.TotalSeconds;
    }
}
