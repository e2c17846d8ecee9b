using System.Globalization;
using System.Text;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Rules;

/// <summary>The tables of functions and actions of this folder's README, made from the code.</summary>
internal sealed class RuleCatalog(ActionCatalog actions)
{
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append("| function | arguments | version | status |\n|---|---|---|---|\n");
        foreach (IGrouping<string, SqlFunction> group in SqlFunctions.All.GroupBy(function => function.Group).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| **{group.Key}** | | | |\n");
            foreach (SqlFunction function in group)
            {
                string arguments = function.MinArguments == function.MaxArguments ? $"{function.MinArguments}" : function.MaxArguments == int.MaxValue ? $"{function.MinArguments} and more" : $"{function.MinArguments} to {function.MaxArguments}";
                string status = function.Refusal is not null ? $"refused: {function.Refusal}" : function.Note is not null ? $"supported: {function.Note}" : "supported";
                text.Append(CultureInfo.InvariantCulture, $"| `{function.Name}` | {arguments} | {(function.IsNew ? "2016-03-23" : "both")} | {status} |\n");
            }
        }

        text.Append("| `cast(x AS type)` | | both | supported: String, Int, Double; Decimal and Boolean with 2016-03-23 |\n");
        text.Append("\n| action | of | status |\n|---|---|---|\n");
        foreach (Actions.IActionType type in actions.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{type.Name}` | {(type.IsAws ? "AWS" : "nanoIoT")} | supported: {type.Summary} |\n");
        }

        foreach ((string name, string instead) in ActionCatalog.Refused)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | AWS | refused; instead: {instead} |\n");
        }

        return text.ToString();
    }
}
