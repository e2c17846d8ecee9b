using Amazon.DynamoDBv2;
using Amazon.S3;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage.DynamoDb;

namespace NanoIoT.Cloud.Storage.Migration;

/// <summary>
/// Moves what a data folder holds into tables of DynamoDB and a bucket, or back. The source keeps what it holds and is marked as
/// moved, so that no service starts on it. A move that was interrupted counts as none and may begin again.
/// </summary>
/// <param name="dynamoDb">DynamoDB.</param>
/// <param name="s3">S3, or null where images are not moved.</param>
/// <param name="time">The clock.</param>
public sealed class StoreMigration(IAmazonDynamoDB dynamoDb, IAmazonS3? s3, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>Moves a data folder into tables.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">What the tables' names begin with.</param>
    /// <param name="bucket">The bucket of images, or null where they stay in the folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was copied.</returns>
    /// <exception cref="CloudException">The folder is in use, or the tables are, or they hold something.</exception>
    public async Task<MigrationSummary> ToTablesAsync(string folder, string prefix, string? bucket, CancellationToken cancellationToken = default)
    {
        var source = SqliteCopy.OpenSource(folder);
        await using (source.ConfigureAwait(false))
        {
            DynamoDbCopy target = await DynamoDbCopy.OpenAsync(new DynamoDbDatabase(dynamoDb, prefix), time, cancellationToken).ConfigureAwait(false);
            await using (target.ConfigureAwait(false))
            {
                return await CopyAsync(source, target, FolderImages(folder), BucketImages(bucket), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Moves tables into a data folder.</summary>
    /// <param name="prefix">What the tables' names begin with.</param>
    /// <param name="bucket">The bucket of images, or null where they are in the folder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What was copied.</returns>
    /// <exception cref="CloudException">The tables are in use, or the folder is, or it holds something.</exception>
    public async Task<MigrationSummary> ToFolderAsync(string prefix, string? bucket, string folder, CancellationToken cancellationToken = default)
    {
        DynamoDbCopy source = await DynamoDbCopy.OpenAsync(new DynamoDbDatabase(dynamoDb, prefix), time, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var target = SqliteCopy.Open(folder);
            await using (target.ConfigureAwait(false))
            {
                return await CopyAsync(source, target, BucketImages(bucket), FolderImages(folder), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<MigrationSummary> CopyAsync(IStoreCopy source, IStoreCopy target, IImageStore? from, IImageStore? to, CancellationToken cancellationToken)
    {
        if (await source.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new CloudException(ErrorCodes.NotFound, "There is nothing to move: no service ever stored anything there.");
        }

        if (!await target.IsEmptyAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new CloudException(
                ErrorCodes.AlreadyExists, $"The target, {target.Name}, holds what a service stored there. {target.OccupiedAdvice}");
        }

        int records = 0;
        int images = 0;
        await foreach (List<StoredRecord> batch in BatchesAsync(source.RecordsAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            foreach (string file in batch.Where(record => record.Kind == StoredArtifact.Kind).Select(record => record.Record["file"]!.GetValue<string>()).Distinct().Where(_ => from is not null && to is not null))
            {
                byte[] image = await from!.ReadAsync(file, cancellationToken).ConfigureAwait(false) ?? throw new CloudException(ErrorCodes.ImageStore, $"The image {file} is missing.");
                await to!.WriteAsync(file, image, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                images++;
            }

            await target.WriteRecordsAsync(batch, cancellationToken).ConfigureAwait(false);
            records += batch.Count;
        }

        int shadows = 0;
        await foreach (List<(string, string, StoredShadow)> batch in BatchesAsync(source.ShadowsAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            await target.WriteShadowsAsync(batch, cancellationToken).ConfigureAwait(false);
            shadows += batch.Count;
        }

        int campaigns = 0;
        int reports = 0;
        await foreach ((Campaign campaign, IReadOnlyList<CampaignEvent> history, IReadOnlyList<ProgressEntry> progress) in source.CampaignsAsync(cancellationToken).ConfigureAwait(false))
        {
            await target.WriteCampaignAsync(campaign, history, progress, cancellationToken).ConfigureAwait(false);
            campaigns++;
            reports += progress.Count;
        }

        int entries = 0;
        await foreach (List<AuditEntry> batch in BatchesAsync(source.AuditAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            await target.WriteAuditAsync(batch, cancellationToken).ConfigureAwait(false);
            entries += batch.Count;
        }

        // Marked before the target is completed, so that the service starts on at most one of the two stores.
        await source.MarkMovedAsync(target.Name, cancellationToken).ConfigureAwait(false);
        await target.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return new MigrationSummary(records, shadows, campaigns, reports, entries, images);
    }

    private static async IAsyncEnumerable<List<T>> BatchesAsync<T>(IAsyncEnumerable<T> items, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<T>(Batch);
        await foreach (T item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batch.Add(item);
            if (batch.Count == Batch)
            {
                yield return batch;
                batch = new List<T>(Batch);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private FolderImageStore FolderImages(string folder) => new(Directory.CreateDirectory(Path.Combine(folder, "firmware")).FullName, [], () => string.Empty, TimeSpan.FromHours(1), time);

    private S3ImageStore? BucketImages(string? bucket) => bucket is null ? null : new S3ImageStore(s3 ?? throw new ArgumentException("no S3", nameof(bucket)), bucket, TimeSpan.FromHours(1), time);
}
