using System.CommandLine;

namespace NanoIoT.Cli.Commands;

/// <summary>The <c>nanoiot</c> command with all its subcommands, and how a command line is parsed.</summary>
internal static class NanoIoTCommand
{
    /// <summary>
    /// An argument that begins with <c>@</c> is an argument like any other (<c>--stage @eu:10</c>), not the name of a response file.
    /// </summary>
    private static readonly ParserConfiguration s_configuration = new() { ResponseFileTokenReplacer = null };

    /// <summary>Makes the command.</summary>
    public static RootCommand Create()
    {
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
        return root;
    }

    /// <summary>Parses a command line.</summary>
    /// <param name="arguments">The arguments after <c>nanoiot</c>.</param>
    public static ParseResult Parse(IReadOnlyList<string> arguments) => Create().Parse(arguments, s_configuration);
}
