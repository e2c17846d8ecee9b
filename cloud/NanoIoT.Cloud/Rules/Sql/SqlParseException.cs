using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>A statement that cannot be a rule's: what is wrong, where (line:column), and often what to write instead.</summary>
internal sealed class SqlParseException : CloudException
{
    public SqlParseException(string message, string sql, int position, string? hint = null)
        : base(ErrorCodes.SqlParse, $"{message} at {Locate(sql, position)}{(hint is null ? string.Empty : " (" + hint + ")")}") => Position = position;

    /// <summary>Characters from the statement's start.</summary>
    public int Position { get; }

    private static string Locate(string sql, int position)
    {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.Min(position, sql.Length); i++)
        {
            (line, column) = sql[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        return $"{line}:{column}";
    }
}
