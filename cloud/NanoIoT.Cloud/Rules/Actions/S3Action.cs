using System.Text.Json.Nodes;
using Amazon.S3.Model;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Stores each result as an object of S3.</summary>
internal sealed class S3Action(AwsTargets aws) : ActionBase
{
    private static readonly string[] s_acls = ["private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"];

    public override string Name => "s3";

    public override string Summary => "an object of S3 for each result";

    protected override IReadOnlyCollection<string> Known => ["bucketName", "key", "cannedAcl"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        ActionSettings.Require(settings, "bucketName", Name);
        ActionSettings.Require(settings, "key", Name);
        if (OperationRequest.TextOf(settings, "cannedAcl") is string acl && !ActionSettings.IsTemplate(acl) && !s_acls.Contains(acl))
        {
            throw OperationRequest.Invalid($"s3.cannedAcl: one of {string.Join(", ", s_acls)}");
        }

        aws.Require("s3", Name);
    }

    protected override string OrderOf(DeliveryJob job) => job.Parsed["key"]!.ToString();

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(job.Payload.ToArray());
        var request = new PutObjectRequest
        {
            BucketName = job.Parsed["bucketName"]!.ToString(),
            Key = job.Parsed["key"]!.ToString(),
            InputStream = content,
            UseChunkEncoding = false,
        };
        if (job.Parsed["cannedAcl"]?.ToString() is { Length: > 0 } acl)
        {
            request.CannedACL = new Amazon.S3.S3CannedACL(acl);
        }

        await aws.S3.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }
}
