using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Mail;

namespace NanoIoT.Cli.Commands;

/// <summary>What values options accept. One that can never work is refused before the command does anything.</summary>
internal static class OptionRules
{
    private const int MaxPort = 65535;

    /// <summary>Options for which an empty value has a meaning.</summary>
    private static readonly string[] s_mayBeEmpty = ["--description", "--message", "--payload", "--prefix"];

    /// <summary>Refuses empty values of options and arguments of all commands, except where one has a meaning.</summary>
    public static void RefuseEmptyValues(Command root)
    {
        Command[] commands = [.. Descendants(root)];
        IEnumerable<Option> options = commands.SelectMany(command => command.Options).Distinct();
        foreach (Option option in options.Where(option => !s_mayBeEmpty.Contains(option.Name)))
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => token.Value.Length == 0))
                {
                    result.AddError($"{option.Name} must not be empty.");
                }
            });
        }

        foreach (Argument argument in commands.SelectMany(command => command.Arguments).Distinct())
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => token.Value.Length == 0))
                {
                    result.AddError($"{argument.Name} must not be empty.");
                }
            });
        }
    }

    /// <summary>Refuses values that do not pass a test; for empty values see <see cref="RefuseEmptyValues"/>.</summary>
    /// <param name="option">The option.</param>
    /// <param name="test">The test of one value.</param>
    /// <param name="rule">What a value must be, as the end of a sentence that begins with the option's name.</param>
    public static void Require(this Option option, Func<string, bool> test, string rule) => option.Validators.Add(result =>
    {
        if (ValuesOf(result).FirstOrDefault(value => !test(value)) is string wrong)
        {
            result.AddError($"{option.Name} {rule}; it is '{wrong}'.");
        }
    });

    /// <summary>Refuses values that a parser refuses.</summary>
    /// <param name="option">The option.</param>
    /// <param name="parse">Parses one value; throws <see cref="CliException"/> for one that is not valid.</param>
    public static void Parses(this Option option, Action<string> parse) => option.Validators.Add(result =>
    {
        try
        {
            foreach (string value in ValuesOf(result))
            {
                parse(value);
            }
        }
        catch (CliException exception)
        {
            result.AddError(exception.Message);
        }
    });

    /// <summary>Refuses numbers outside a range.</summary>
    public static void RequireRange(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.TryRead(out int value) && (value < least || value > most))
        {
            string range = most == int.MaxValue ? $"{least} or more" : $"between {least} and {most}";
            result.AddError($"{option.Name} must be {range}; it is {value}.");
        }
    });

    /// <summary>Refuses numbers that are not a port to listen on.</summary>
    /// <param name="option">The option.</param>
    /// <param name="least">0 where that stands for any free port, else 1.</param>
    public static void RequirePort(this Option<int> option, int least) => option.RequireRange(least, MaxPort);

    public static void RequireHost(this Option option) =>
        option.Require(IsHost, "must be a host name or an IP address");

    public static void RequireAddress(this Option option) =>
        option.Require(text => IPAddress.TryParse(text, out _), "must be an IP address");

    public static void RequireMailAddress(this Option option) =>
        option.Require(IsMailAddress, "must be one mail address, for example nanoiot@example.com");

    /// <summary>Refuses what is not the name of a region, AWS's or that of a server that speaks its protocols.</summary>
    public static void RequireRegion(this Option option) => option.Require(
        text => text.Length <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
        "must be the name of an AWS region, for example eu-west-1");

    private static IEnumerable<string> ValuesOf(OptionResult result) =>
        result.Tokens.Select(token => token.Value).Where(value => value.Length > 0);

    private static IEnumerable<Command> Descendants(Command command) =>
        command.Subcommands.SelectMany(Descendants).Prepend(command);

    private static bool IsHost(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;

    private static bool IsMailAddress(string text) =>
        MailAddress.TryCreate(text, out MailAddress? address) && address.Address == text && !text.Any(char.IsWhiteSpace);
}
