namespace NanoIoT.Cloud.Rest;

/// <summary>How much of an AWS operation there is.</summary>
public enum Support
{
    /// <summary>All of it.</summary>
    Full,

    /// <summary>Not all; the note says what is missing.</summary>
    Partly,

    /// <summary>Refused with <c>NotSupportedException</c>; the note says why.</summary>
    Refused,
}
