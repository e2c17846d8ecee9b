using System.Text.Json.Nodes;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Appends results to files below <c>exports</c> in the data folder, a line each.</summary>
internal sealed class FileAction(CloudOptions options) : ActionBase
{
    public const string Folder = "exports";

    public override string Name => "file";

    public override string Summary => "a line of a file below `exports` in the data folder for each result";

    public override bool IsAws => false;

    protected override IReadOnlyCollection<string> Known => ["path"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        string path = ActionSettings.Require(settings, "path", Name);
        if (!ActionSettings.IsTemplate(path) && Resolve(path) is null)
        {
            throw OperationRequest.Invalid("file.path: levels of a-z A-Z 0-9 _ . = - with / between, none of them . or ..");
        }
    }

    protected override string OrderOf(DeliveryJob job) => job.Parsed["path"]!.ToString();

    protected override async Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken)
    {
        string path = job.Parsed["path"]!.ToString();
        if (Resolve(path) is not string full)
        {
            return DeliveryOutcome.Failed("InvalidPath", $"{path}: no path below {Folder}");
        }

        await AppendAsync(full, [job.Payload], cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Done;
    }

    /// <summary>Appends lines; they are on the disk when the task ends.</summary>
    public static async Task AppendAsync(string path, IEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = Identity.PrivateFile.Open(path, FileMode.OpenOrCreate, FileShare.Read);
        using var buffer = new MemoryStream();
        if (file.Length > 0)
        {
            // A line that a power cut tore is ended, so that the next is whole.
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                buffer.WriteByte((byte)'\n');
            }
        }

        foreach (ReadOnlyMemory<byte> line in lines)
        {
            buffer.Write(line.Span);
            buffer.WriteByte((byte)'\n');
        }

        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A path below the folder, or null where it is none.</summary>
    public string? Resolve(string path)
    {
        string[] levels = path.Split('/');
        return path.Length is > 0 and <= 512 && levels.All(level => level.Length > 0 && level.Any(c => c != '.') && level.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '=' or '-'))
            ? Path.Combine([options.DataFolder, Folder, .. levels])
            : null;
    }
}
