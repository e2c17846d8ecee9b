using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// The path of a request, decoded once and before routing, so that routing, authorization and handlers all see the same. Each
/// segment is percent-decoded as UTF-8 once; empty segments and the segments <c>.</c> and <c>..</c> are refused however they
/// are spelled; one trailing slash is ignored. Literal segments match in any letter case, values keep theirs.
/// </summary>
internal sealed class RequestPath
{
    private static readonly UTF8Encoding s_utf8 = new(false, true);

    private RequestPath(string[] segments) => Segments = segments;

    /// <summary>The decoded segments. A slash inside a segment was sent as <c>%2F</c>.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Reads the path of a request target.</summary>
    /// <param name="target">The target as it was sent: path and query.</param>
    /// <returns>The path.</returns>
    /// <exception cref="CloudException">The path is not valid.</exception>
    public static RequestPath Parse(string target)
    {
        if (!target.StartsWith('/'))
        {
            throw Invalid("The request target must be an absolute path.");
        }

        int query = target.IndexOf('?', StringComparison.Ordinal);
        string path = (query < 0 ? target : target[..query])[1..];
        if (path.EndsWith('/'))
        {
            path = path[..^1];
        }

        return new RequestPath(path.Length == 0 ? [] : [.. path.Split('/').Select(Decode)]);
    }

    /// <summary>Sets the path that routing sees, and keeps the segments for <see cref="Of"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What comes after.</param>
    /// <returns>The task.</returns>
    public static Task UseAsync(HttpContext context, RequestDelegate next)
    {
        RequestPath path = Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        context.Features.Set(path);
        context.Request.Path = "/" + string.Join('/', path.Segments.Select(Escape));
        return next(context);
    }

    /// <summary>The path of a request.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The path.</returns>
    public static RequestPath Of(HttpContext context) => context.Features.GetRequiredFeature<RequestPath>();

    /// <summary>The values of a template's variables.</summary>
    /// <param name="template">A path with <c>{name}</c> for one segment and, at its end, <c>{name+}</c> for the rest.</param>
    /// <returns>The values, by name. The path matches the template.</returns>
    public Dictionary<string, string> Read(string template)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] parts = template[1..].Split('/');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].StartsWith('{'))
            {
                bool isRest = parts[i].EndsWith("+}", StringComparison.Ordinal);
                values[parts[i].Trim('{', '}', '+')] = isRest ? string.Join('/', Segments.Skip(i)) : Segments[i];
            }
        }

        return values;
    }

    private static string Decode(string segment)
    {
        string decoded = segment.Contains('%', StringComparison.Ordinal) ? DecodeBytes(segment) : segment;
        return decoded switch
        {
            "" => throw Invalid("The path must not contain empty segments ('//'). Send a slash inside a value as %2F."),
            "." or ".." => throw Invalid("The path must not contain the segments '.' and '..'."),
            _ when decoded.Contains('\0', StringComparison.Ordinal) => throw Invalid("The path must not contain NUL (%00)."),
            _ => decoded,
        };
    }

    private static string DecodeBytes(string segment)
    {
        try
        {
            byte[] bytes = Encoding.ASCII.GetBytes(segment);
            int length = 0;
            for (int i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] != (byte)'%')
                {
                    bytes[length++] = bytes[i];
                    continue;
                }

                bytes[length++] = Convert.FromHexString(segment.AsSpan(i + 1, 2))[0];
                i += 2;
            }

            return s_utf8.GetString(bytes, 0, length);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CloudException(ErrorCodes.InvalidRequest, "The path must be percent-encoded UTF-8.", exception);
        }
    }

    /// <summary>Keeps a slash inside a segment apart from the slashes between segments.</summary>
    private static string Escape(string segment) =>
        segment.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static CloudException Invalid(string message) => new(ErrorCodes.InvalidRequest, message);
}
