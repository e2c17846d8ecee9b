using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Firmware;

/// <summary>
/// Images in an S3 bucket, below <c>firmware/</c>; boards download from S3 by pre-signed URLs. Every part carries its SHA-256, which S3
/// checks; images above 8 MB go in parts, of which an upload that ends early leaves none.
/// </summary>
/// <param name="s3">S3.</param>
/// <param name="bucket">The bucket, which exists.</param>
/// <param name="urlLifetime">How long a URL works: at most 7 days, which is S3's limit. Where the service's credentials are a role's, a URL ends with them, if that is earlier.</param>
/// <param name="time">The clock.</param>
public sealed class S3ImageStore(IAmazonS3 s3, string bucket, TimeSpan urlLifetime, TimeProvider time) : IImageStore
{
    private const string Folder = "firmware/";
    private const int PartBytes = 8 * 1024 * 1024;
    private const string ContentType = "application/octet-stream";
    private const string CacheControl = "public, max-age=31536000, immutable";
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public async Task WriteAsync(string file, ReadOnlyMemory<byte> image, ReadOnlyMemory<byte> digests, CancellationToken cancellationToken)
    {
        byte[] content = [.. image.Span, .. digests.Span];
        try
        {
            await (content.Length > PartBytes ? WritePartsAsync(file, content, image.Length, cancellationToken) : WriteWholeAsync(file, content, image.Length, cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonS3Exception or AmazonClientException or HttpRequestException)
        {
            throw Explain(exception);
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            using GetObjectResponse answer = await s3.GetObjectAsync(bucket, Folder + file, cancellationToken).ConfigureAwait(false);
            using var content = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
            return content.ToArray();
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (exception is AmazonS3Exception or AmazonClientException or HttpRequestException)
        {
            throw Explain(exception);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await s3.DeleteObjectAsync(bucket, Folder + file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmazonS3Exception or AmazonClientException or HttpRequestException)
        {
            throw Explain(exception);
        }
    }

    /// <inheritdoc/>
    public (string Url, long Expires) CreateUrl(string file)
    {
        DateTimeOffset expires = time.GetUtcNow() + (urlLifetime < s_longest ? urlLifetime : s_longest);
        string url = s3.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = bucket,
            Key = Folder + file,
            Verb = HttpVerb.GET,
            Expires = expires.UtcDateTime,
            Protocol = s3.Config.ServiceURL?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true ? Protocol.HTTP : Protocol.HTTPS,
        });
        return (url, expires.ToUnixTimeSeconds());
    }

    private static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(SHA256.HashData(bytes));

    private CloudException Explain(Exception exception) => new(ErrorCodes.ImageStore, $"The bucket {bucket} cannot be used: {exception.Message}", exception);

    private async Task WriteWholeAsync(string file, byte[] content, int imageBytes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        var request = new PutObjectRequest
        {
            BucketName = bucket,
            Key = Folder + file,
            InputStream = stream,
            ContentType = ContentType,
            ChecksumSHA256 = Sha256(content),
            UseChunkEncoding = false,
        };
        request.Headers.CacheControl = CacheControl;
        Describe(request.Metadata, imageBytes);
        await s3.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task WritePartsAsync(string file, byte[] content, int imageBytes, CancellationToken cancellationToken)
    {
        string key = Folder + file;
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = ContentType, ChecksumAlgorithm = ChecksumAlgorithm.SHA256 };
        begin.Headers.CacheControl = CacheControl;
        Describe(begin.Metadata, imageBytes);
        string upload = (await s3.InitiateMultipartUploadAsync(begin, cancellationToken).ConfigureAwait(false)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            for (int offset = 0; offset < content.Length; offset += PartBytes)
            {
                int length = Math.Min(PartBytes, content.Length - offset);
                using var stream = new MemoryStream(content, offset, length, writable: false);
                string checksum = Sha256(content.AsSpan(offset, length));
                UploadPartResponse part = await s3.UploadPartAsync(
                    new UploadPartRequest { BucketName = bucket, Key = key, UploadId = upload, PartNumber = parts.Count + 1, PartSize = length, InputStream = stream, ChecksumSHA256 = checksum, UseChunkEncoding = false },
                    cancellationToken).ConfigureAwait(false);
                parts.Add(new PartETag(parts.Count + 1, part.ETag) { ChecksumSHA256 = checksum });
            }

            await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static void Describe(MetadataCollection metadata, int imageBytes) => metadata["image-bytes"] = imageBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
