using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NanoIoT.Cloud.Identity.Users;

namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>
/// The authentication schemes of the API. A request is authenticated by exactly one of them: the credential that it
/// carries chooses, an Authorization header before a signed query and that before a client certificate.
/// </summary>
internal static class CredentialSchemes
{
    /// <summary>Chooses one of the others.</summary>
    public const string Default = "nanoiot";

    /// <summary>A user's bearer token.</summary>
    public const string BearerToken = "bearer";

    /// <summary>A user's AWS Signature Version 4 in the Authorization header.</summary>
    public const string Signature = "sigv4";

    /// <summary>A user's AWS Signature Version 4 in the query, on endpoints that accept it.</summary>
    public const string SignedQuery = "sigv4-query";

    /// <summary>A device's client certificate.</summary>
    public const string ClientCertificate = "certificate";

    /// <summary>Registers the schemes.</summary>
    /// <param name="services">The service's parts.</param>
    public static void Add(IServiceCollection services)
    {
        // AddAuthentication would also add data protection, which keeps keys in the home folder and which nothing here uses.
        services.AddAuthenticationCore(options => options.DefaultScheme = Default);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddPolicyScheme(Default, null, options => options.ForwardDefaultSelector = Select)
            .AddScheme<AuthenticationSchemeOptions, BearerTokenHandler>(BearerToken, null)
            .AddScheme<AuthenticationSchemeOptions, SignatureHandler>(Signature, null)
            .AddScheme<AuthenticationSchemeOptions, SignedQueryHandler>(SignedQuery, null)
            .AddScheme<AuthenticationSchemeOptions, ClientCertificateHandler>(ClientCertificate, null);
    }

    private static string Select(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        if (SignatureVerifier.IsSigned(header))
        {
            return Signature;
        }

        if (header.Length > 0)
        {
            return BearerToken;
        }

        bool acceptsSignedQuery = context.GetEndpoint()?.Metadata.GetMetadata<AcceptsSignedQuery>() is not null;
        return acceptsSignedQuery && SignatureVerifier.IsSignedQuery(context.Request.QueryString.Value)
            ? SignedQuery
            : ClientCertificate;
    }
}
