using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>
/// In AWS IoT mode, AWS IoT keeps registry, shadows, identities and rules. Endpoints that stay this service's are marked;
/// the others are refused with a reason.
/// </summary>
internal static class AwsIotMode
{
    /// <summary>Marks endpoints that work in AWS IoT mode too.</summary>
    /// <typeparam name="TBuilder">The kind of builder.</typeparam>
    /// <param name="builder">The endpoints.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AvailableInAwsIotMode<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Available());

    /// <summary>Whether an endpoint works in AWS IoT mode.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>True where it does.</returns>
    public static bool Has(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Available>() is not null;

    /// <summary>Refuses what is AWS IoT's.</summary>
    /// <param name="application">The application.</param>
    public static void Use(IApplicationBuilder application) => application.Use((context, next) =>
    {
        if (context.GetEndpoint() is Endpoint endpoint && !Has(endpoint))
        {
            throw new CloudException(
                ErrorCodes.NotSupported,
                "In AWS IoT mode, AWS IoT keeps registry, shadows, certificates, policies, messages and rules: call AWS IoT. "
                + "This service keeps campaigns, firmware and its own users.");
        }

        return next(context);
    });

    private sealed class Available;
}
