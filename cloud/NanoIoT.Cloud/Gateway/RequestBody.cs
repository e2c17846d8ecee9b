using Microsoft.AspNetCore.Http;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Bodies that are read whole, with a limit.</summary>
internal static class RequestBody
{
    /// <summary>Bytes of a JSON body.</summary>
    public const int JsonLimit = 128 * 1024;

    /// <summary>Reads a body.</summary>
    /// <exception cref="CloudException">It is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            throw new CloudException(ErrorCodes.TooLarge, $"The body is longer than {limit} bytes.");
        }

        using var body = new MemoryStream();
        var buffer = new byte[16384];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > limit)
            {
                throw new CloudException(ErrorCodes.TooLarge, $"The body is longer than {limit} bytes.");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
