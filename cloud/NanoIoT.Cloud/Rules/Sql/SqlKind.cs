namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>The types of AWS IoT SQL.</summary>
internal enum SqlKind : byte
{
    /// <summary>No value: left out of results.</summary>
    Undefined,
    Null,
    Boolean,
    Int,
    Decimal,
    String,
    Array,
    Object,
}
