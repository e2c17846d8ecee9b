using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Gateway;

/// <summary>Firmware over HTTPS: publishing for users, downloads by signed URL for boards.</summary>
internal static class FirmwareApi
{
    private const int ImageLimit = 16 * 1024 * 1024;

    public static void Map(EndpointAccess access)
    {
        access.Operator.MapPost("/nanoiot/firmware", PublishAsync).WithMetadata(new BodyLimit(ImageLimit)).AvailableInAwsIotMode();
        access.Viewer.MapGet("/nanoiot/firmware", (IFirmwareRepository firmware) => Results.Ok(new { firmware = firmware.List().Select(Describe) })).AvailableInAwsIotMode();
        access.Operator.MapDelete("/nanoiot/firmware/{component}/{version}", DeleteAsync).AvailableInAwsIotMode();
        access.Viewer.MapGet("/nanoiot/firmware/{component}/{version}/url", (string component, string version, IFirmwareRepository firmware) =>
        {
            Artifact artifact = firmware.Find(component, version) ?? throw new CloudException(ErrorCodes.NotFound, $"{component} {version} is not published.");
            (string url, long expires) = firmware.CreateUrl(artifact);
            return Results.Ok(new { url, expires, size = artifact.Manifest.Size });
        }).AvailableInAwsIotMode();
        MapDownload(access);
    }

    /// <summary>Downloads need no token: the URL's signature is the credential.</summary>
    private static void MapDownload(EndpointAccess access) => access.SignedUrl.MapGet(
        "/firmware/{file}",
        (string file, FolderImageStore images, DownloadLimiter limiter, HttpContext context) =>
        {
            string path = images.PathOf(file);
            if (!File.Exists(path))
            {
                throw new CloudException(ErrorCodes.NotFound, $"Image '{file}' does not exist.");
            }

            if (limiter.Enter() is int seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            }

            context.Response.OnCompleted(() =>
            {
                limiter.Leave();
                return Task.CompletedTask;
            });
            IHttpResponseBodyFeature body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            if (limiter.HasRate)
            {
                context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new LimitedStream(body.Stream, limiter), body));
            }

            // A file is named after its content, so it never changes.
            context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            var tag = new EntityTagHeaderValue($"\"{file[..32]}\"");
            return Results.File(path, "application/octet-stream", entityTag: tag, enableRangeProcessing: true);
        }).AvailableInAwsIotMode();

    private static async Task<IResult> PublishAsync(string component, string version, [FromQuery] string[] profile, string? minVersion, string? minClr, int? rollbackIndex, bool? acceptVersionMismatch, HttpRequest request, IFirmwareRepository firmware, CancellationToken cancellationToken)
    {
        byte[] image = await RequestBody.ReadAsync(request, ImageLimit, cancellationToken).ConfigureAwait(false);
        Artifact artifact = await firmware.PublishAsync(
            new PublishRequest
            {
                Component = component,
                Version = version,
                Profiles = profile,
                Image = image,
                MinVersion = minVersion,
                MinClr = minClr,
                RollbackIndex = rollbackIndex ?? 0,
                AcceptVersionMismatch = acceptVersionMismatch ?? false,
            },
            cancellationToken).ConfigureAwait(false);
        return Results.Ok(Describe(artifact));
    }

    private static async Task<IResult> DeleteAsync(string component, string version, IFirmwareRepository firmware, ICampaignService campaigns, CancellationToken cancellationToken)
    {
        Campaign? user = campaigns.List().FirstOrDefault(item => item.Request.Component == component && item.Request.Version == version
            && item.Status is not (CampaignStatus.Aborted or CampaignStatus.Canceled));
        if (user is not null)
        {
            throw new CloudException(ErrorCodes.Conflict, $"Campaign {user.Id} ({user.Status}) brings {component} {version} to boards. Delete it first.");
        }

        await firmware.DeleteAsync(component, version, cancellationToken).ConfigureAwait(false);
        return Results.Ok(new { deleted = $"{component} {version}" });
    }

    private static object Describe(Artifact artifact) => new
    {
        component = artifact.Manifest.Component,
        version = artifact.Manifest.Version,
        kind = artifact.Manifest.Kind,
        size = artifact.Manifest.Size,
        sha256 = artifact.Manifest.Sha256,
        profiles = artifact.Manifest.Profiles,
        rollbackIndex = artifact.Manifest.RollbackIndex,
        keyId = artifact.KeyId,
        created = artifact.Created,
    };
}
