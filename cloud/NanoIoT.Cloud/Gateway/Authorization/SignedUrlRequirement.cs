using Microsoft.AspNetCore.Authorization;

namespace NanoIoT.Cloud.Gateway.Authorization;

/// <summary>The request's URL carries a signature of this service that is valid and has not expired.</summary>
internal sealed class SignedUrlRequirement : IAuthorizationRequirement;
