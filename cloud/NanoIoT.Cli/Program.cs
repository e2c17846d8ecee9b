using System.CommandLine;
using System.Text;
using NanoIoT.Cli.Commands;

Console.OutputEncoding = Encoding.UTF8;
var common = new CommonOptions();
var root = new RootCommand("nanoIoT: firmware updates and device management for .NET nanoFramework.\n\nExamples:\n  nanoiot demo\n  nanoiot serve\n  nanoiot thing list");
root.Options.Add(common.Format);
root.Subcommands.Add(DemoCommand.Create(common));
root.Subcommands.Add(ServeCommand.Create(common));
root.Subcommands.Add(EmulateCommand.Create(common));
root.Subcommands.Add(ThingCommands.Create(common));
root.Subcommands.Add(FirmwareCommands.Create(common));
root.Subcommands.Add(CampaignCommands.Create(common));
root.Subcommands.Add(RuleCommands.Create(common));
root.Subcommands.Add(TailCommand.Create(common));
root.Subcommands.Add(TableCommands.Create(common));
root.Subcommands.Add(TopicCommands.Create(common));
root.Subcommands.Add(UserCommands.Create(common));
root.Subcommands.Add(ClaimCommands.Create(common));
root.Subcommands.Add(BrokerCommands.Create(common));
root.Subcommands.Add(MigrateCommand.Create(common));
root.Subcommands.Add(AuditCommands.Create(common));
root.Subcommands.Add(OperationCommands.Create(common));

ParseResult parsed = root.Parse(args);

// Ctrl+C lets a command end what it began: a thousand boards take a while.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
int exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
return parsed.Errors.Count > 0 ? NanoIoT.Cli.ExitCodes.Usage : exitCode;
