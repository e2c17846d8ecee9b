namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>The versions of AWS IoT SQL.</summary>
internal enum SqlVersion
{
    /// <summary>The first: no literals of objects and arrays, no nested queries, whole decimals stay decimals.</summary>
    V20151008,

    /// <summary>The one rules should use.</summary>
    V20160323,
}
