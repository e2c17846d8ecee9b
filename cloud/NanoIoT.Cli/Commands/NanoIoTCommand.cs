using System.CommandLine;
using System.CommandLine.Invocation;

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
        OptionRules.RefuseEmptyValues(root);
        return root;
    }

    /// <summary>Parses a command line.</summary>
    /// <param name="arguments">The arguments after <c>nanoiot</c>.</param>
    public static ParseResult Parse(IReadOnlyList<string> arguments) => Create().Parse(arguments, s_configuration);

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments after <c>nanoiot</c>.</param>
    /// <param name="configuration">How it is run.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, InvocationConfiguration? configuration = null)
    {
        configuration ??= new InvocationConfiguration();
        ParseResult parsed = Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction && !LacksCommand(parsed))
        {
            return UsageErrors.Write(parsed, configuration.Error);
        }

        int exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : exitCode;
    }

    /// <summary>Whether nothing but a subcommand is missing: the answer is the help, which lists them.</summary>
    private static bool LacksCommand(ParseResult parsed) =>
        parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0;
}
