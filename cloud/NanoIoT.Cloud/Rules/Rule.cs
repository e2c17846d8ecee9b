using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rules;

/// <summary>A rule, as it was created.</summary>
public sealed record Rule
{
    /// <summary>Its name: 1 to 128 of a-z A-Z 0-9 _.</summary>
    public required string Name { get; init; }

    /// <summary>Its statement.</summary>
    public required string Sql { get; init; }

    /// <summary>The statement's version: 2016-03-23, 2015-10-08 or beta.</summary>
    public string SqlVersion { get; init; } = "2016-03-23";

    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>What is done with results, each an object of one member, the action's type; as AWS's <c>Action</c>.</summary>
    public required JsonArray Actions { get; init; }

    /// <summary>What is done with a result an action failed on, or null.</summary>
    public JsonObject? ErrorAction { get; init; }

    /// <summary>Whether it does nothing.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Whether the service made it, for itself.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>When it was created, Unix seconds.</summary>
    public long Created { get; init; }
}
