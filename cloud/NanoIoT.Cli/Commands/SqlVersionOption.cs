using System.CommandLine;

namespace NanoIoT.Cli.Commands;

/// <summary>The option <c>--sql-version</c> of commands that take a statement.</summary>
internal static class SqlVersionOption
{
    public static Option<string> Create()
    {
        string[] versions = ["2016-03-23", "2015-10-08", "beta"];
        var option = new Option<string>("--sql-version") { Description = "2016-03-23, 2015-10-08 or beta", DefaultValueFactory = _ => versions[0] };
        option.AcceptOnlyFromAmong(versions);
        return option;
    }
}
