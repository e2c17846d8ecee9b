using System.CommandLine;
using System.CommandLine.Invocation;
using NanoIoT.Cli.Output;

namespace NanoIoT.Cli.Commands;

/// <summary>What is said of a command line that cannot be parsed: a line for each error, and where the help is.</summary>
internal static class UsageErrors
{
    private const string Code = "Usage";

    /// <returns><see cref="ExitCodes.Usage"/>.</returns>
    public static int Write(ParseResult parsed, TextWriter output)
    {
        string[] messages = [.. parsed.Errors.Select(error => OneLine(error.Message)).Distinct()];
        foreach (string message in messages)
        {
            output.WriteLine($"{Code}: {message}");
        }

        if (parsed is { UnmatchedTokens.Count: > 0, Action: ParseErrorAction suggestions })
        {
            // The library's suggestions for mistyped words, without its errors and the whole help.
            suggestions.ShowHelp = false;
            parsed.Invoke(new InvocationConfiguration { Error = TextWriter.Null, Output = output });
        }

        output.WriteLine($"See '{PathOf(parsed.CommandResult.Command)} --help'.");
        new Report(IsJson(parsed)).Write(new { error = new { code = Code, message = string.Join(' ', messages) } });
        return ExitCodes.Usage;
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A command with those above it; the executable's own name depends on how it was started.</summary>
    private static string PathOf(Symbol command)
    {
        Symbol? parent = command.Parents.FirstOrDefault();
        return parent is null ? "nanoiot" : $"{PathOf(parent)} {command.Name}";
    }

    /// <summary>Read from the words: of a command line with errors no value can be asked for.</summary>
    private static bool IsJson(ParseResult parsed)
    {
        string[] words = [.. parsed.Tokens.Select(token => token.Value)];
        int option = Array.IndexOf(words, "--output");
        return option >= 0 && option + 1 < words.Length && words[option + 1] == "json";
    }
}
