using System.CommandLine;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage.Migration;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommonOptions common)
    {
        var command = new Command(
            "migrate",
            """
            Moves what a data folder holds into tables of DynamoDB and a bucket, or back: registry, certificates, policies, users, rules, shadows,
            artifacts, campaigns with history and progress, the audit log. Stop the service first. The target must be empty; a move that was interrupted
            may be run again. The source keeps what it holds and is marked: a service refuses to start on it without --force-stale.
            CA and keys stay in the folder where they are, as do what rules have queued and the service's own tables (nanoiot table). So start the
            service with that folder as --data (to tables) or as --keys (back, into a new folder).

            Examples:
              nanoiot migrate --to tables --data ./nanoiot-data --tables nanoiot_ --firmware-bucket images --aws
              nanoiot migrate --to folder --tables nanoiot_ --firmware-bucket images --data ./new-data --aws
              nanoiot serve --data ./new-data --keys ./nanoiot-data
            """);
        var to = new Option<string>("--to") { Description = "tables or folder", Required = true };
        to.AcceptOnlyFromAmong("tables", "folder");
        var data = new Option<string?>("--data") { Description = "the data folder" };
        var tables = new Option<string>("--tables") { Description = "what the tables' names begin with, e.g. nanoiot_", Required = true };
        var bucket = new Option<string?>("--firmware-bucket") { Description = "the bucket of images; else images stay where they are" };
        var aws = new AwsConnectionOptions(command);
        command.Options.Add(to);
        command.Options.Add(data);
        command.Options.Add(tables);
        command.Options.Add(bucket);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            AwsOptions options = aws.Read(parsed);
            string folder = Path.GetFullPath(parsed.GetValue(data) ?? DataFolders.Default);
            string prefix = parsed.GetValue(tables)!;
            string? images = parsed.GetValue(bucket);
            bool toTables = parsed.GetValue(to) == "tables";
            if (toTables && !Directory.Exists(folder))
            {
                throw CliException.InvalidInput($"--data: the folder '{folder}' does not exist.");
            }

            using var clients = new AwsClients(options);
            var migration = new StoreMigration(clients.DynamoDb, images is null ? null : clients.S3, TimeProvider.System);
            MigrationSummary summary = toTables
                ? await migration.ToTablesAsync(folder, prefix, images, cancellationToken).ConfigureAwait(false)
                : await migration.ToFolderAsync(prefix, images, folder, cancellationToken).ConfigureAwait(false);
            report.Write(summary, _ => report.Line($"moved {summary.Records} records, {summary.Shadows} shadows, {summary.Campaigns} campaigns with {summary.Reports} boards' progress, {summary.AuditEntries} audit entries, {summary.Images} images"));
            return ExitCodes.Success;
        });
        return command;
    }
}
