using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage.Sqlite;

/// <summary>Short forms for commands whose parameters are @0, @1, ….</summary>
internal static class SqliteExtensions
{
    /// <summary>Runs a statement.</summary>
    /// <returns>Rows it changed.</returns>
    public static int Run(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using SqliteCommand command = Create(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row.</summary>
    public static T? Scalar<T>(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> parameters)
    {
        using SqliteCommand command = Create(connection, sql, parameters);
        object? value = command.ExecuteScalar();
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>All rows.</summary>
    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> parameters)
    {
        using SqliteCommand command = Create(connection, sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>A text, or null.</summary>
    public static string? Text(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A blob.</summary>
    public static byte[] Blob(this SqliteDataReader reader, int column) => (byte[])reader.GetValue(column);

    [SuppressMessage("Security", "CA2100", Justification = "Every caller's text is a constant; values are parameters.")]
    private static SqliteCommand Create(SqliteConnection connection, string sql, ReadOnlySpan<object?> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < parameters.Length; i++)
        {
            command.Parameters.AddWithValue("@" + i, parameters[i] ?? DBNull.Value);
        }

        return command;
    }
}
