namespace NanoIoT.Cloud.Shadows;

/// <summary>What became of a message on a shadow topic.</summary>
public enum ShadowOutcome
{
    /// <summary>The topic is not one of a shadow request.</summary>
    NotARequest,

    /// <summary>The request was carried out and answered on <c>accepted</c>.</summary>
    Accepted,

    /// <summary>The request was answered on <c>rejected</c>; nothing was changed.</summary>
    Rejected,
}
