using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace NanoIoT.Cli.Output;

/// <summary>What a command says: text for people, or one JSON object as the last line.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public Report(bool isJson)
    {
        IsJson = isJson;
        bool plain = isJson || System.Console.IsOutputRedirected;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(isJson ? System.Console.Error : System.Console.Out),
        });
        if (plain)
        {
            // A pipe has no width; the reader's terminal is likely to be this one's size.
            Console.Profile.Width = 80;
        }

        ListWidth = Console.Profile.Width;
        if (System.Console.IsOutputRedirected)
        {
            ListWidth = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0 ? columns : int.MaxValue;
        }
    }

    /// <summary>
    /// Characters that a line of a list may have: the terminal's width; for a pipe or file COLUMNS, and without that no limit, so
    /// that what reads it finds whole values.
    /// </summary>
    public int ListWidth { get; }

    /// <summary>Whether a program reads the output; text then goes to standard error.</summary>
    public bool IsJson { get; }

    /// <summary>Where text goes.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether the screen can be drawn over.</summary>
    public bool IsLive => !IsJson && !System.Console.IsOutputRedirected && Console.Profile.Capabilities.Ansi;

    /// <summary>Writes a line.</summary>
    public void Line(string text) => (IsJson ? System.Console.Error : System.Console.Out).WriteLine(text);

    /// <summary>Writes the JSON object, where asked for.</summary>
    public void Write(object result)
    {
        if (IsJson)
        {
            System.Console.Out.WriteLine(result is JsonNode node ? node.ToJsonString(s_json) : JsonSerializer.Serialize(result, s_json));
        }
    }

    /// <summary>Writes the JSON object, or the text.</summary>
    public void Write(object result, Action<IAnsiConsole> text)
    {
        if (IsJson)
        {
            Write(result);
        }
        else
        {
            text(Console);
        }
    }
}
