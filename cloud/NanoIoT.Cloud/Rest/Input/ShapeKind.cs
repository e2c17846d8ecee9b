namespace NanoIoT.Cloud.Rest.Input;

/// <summary>What a value of a request is.</summary>
internal enum ShapeKind
{
    String,
    Enum,
    Integer,
    Long,
    Double,
    Boolean,
    List,
    Map,
    Structure,

    /// <summary>Bytes, as they come.</summary>
    Blob,

    /// <summary>Any JSON.</summary>
    Document,
}
