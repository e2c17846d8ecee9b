namespace NanoIoT.Cloud.Hosting;

/// <summary>Every code a refusal of the service carries.</summary>
public static class ErrorCodes
{
    /// <summary>The request is malformed or out of range (HTTP 400).</summary>
    public const string InvalidRequest = "InvalidRequestException";

    /// <summary>No or a wrong credential (HTTP 401).</summary>
    public const string Unauthorized = "UnauthorizedException";

    /// <summary>The role does not allow it (HTTP 403).</summary>
    public const string Forbidden = "ForbiddenException";

    /// <summary>There is no such thing (HTTP 404).</summary>
    public const string NotFound = "ResourceNotFoundException";

    /// <summary>It exists already (HTTP 409).</summary>
    public const string AlreadyExists = "ResourceAlreadyExistsException";

    /// <summary>It is in a state that does not allow this (HTTP 409).</summary>
    public const string Conflict = "ConflictException";

    /// <summary>The campaign's boards have no trial, and that was not accepted (HTTP 400).</summary>
    public const string NoTrial = "NoTrialException";

    /// <summary>The body is too large (HTTP 413).</summary>
    public const string TooLarge = "RequestEntityTooLargeException";

    /// <summary>The disk is full; nothing was stored (HTTP 507).</summary>
    public const string DiskFull = "DiskFullException";

    /// <summary>Something else failed (HTTP 500).</summary>
    public const string Internal = "InternalFailureException";

    /// <summary>A port is taken, at start.</summary>
    public const string PortTaken = "PortTaken";

    /// <summary>The data folder cannot be written, at start.</summary>
    public const string DataNotWritable = "DataFolderNotWritable";

    /// <summary>Another service uses the data folder, at start.</summary>
    public const string DataInUse = "DataFolderInUse";

    /// <summary>The HTTP status of a code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The status.</returns>
    public static int HttpStatus(string code) => code switch
    {
        InvalidRequest or NoTrial => 400,
        Unauthorized => 401,
        Forbidden => 403,
        NotFound => 404,
        AlreadyExists or Conflict => 409,
        TooLarge => 413,
        DiskFull => 507,
        _ => 500,
    };
}
