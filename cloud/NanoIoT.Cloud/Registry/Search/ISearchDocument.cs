namespace NanoIoT.Cloud.Registry.Search;

/// <summary>Something a query is asked of.</summary>
internal interface ISearchDocument
{
    /// <summary>A field's values as text; none where it has none.</summary>
    IEnumerable<string> Values(string field);

    /// <summary>The values of all fields.</summary>
    IEnumerable<string> AllValues();
}
