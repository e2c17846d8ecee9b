using Microsoft.AspNetCore.Http.Metadata;

namespace NanoIoT.Cloud.Gateway;

/// <summary>The largest body of an endpoint, which routing enforces and the verification of signatures reads.</summary>
/// <param name="bytes">The limit.</param>
internal sealed class BodyLimit(int bytes) : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize { get; } = bytes;
}
