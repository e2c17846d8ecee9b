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

    /// <summary>No thing is in the campaign's audience, and that was not allowed (HTTP 400).</summary>
    public const string EmptyAudience = "EmptyAudienceException";

    /// <summary>The image is not made for some boards of the campaign, and that was not accepted (HTTP 400).</summary>
    public const string ProfileMismatch = "ProfileMismatchException";

    /// <summary>Some boards of the campaign run a higher version, and the campaign is not the way back from it (HTTP 400).</summary>
    public const string Downgrade = "DowngradeException";

    /// <summary>The image is signed with a key that the fleet does not trust, or not signed (HTTP 400).</summary>
    public const string UntrustedKey = "UntrustedKeyException";

    /// <summary>The image's version is not that of its program, and that was not accepted (HTTP 400).</summary>
    public const string VersionMismatch = "VersionMismatchException";

    /// <summary>The body is too large (HTTP 413).</summary>
    public const string TooLarge = "RequestEntityTooLargeException";

    /// <summary>The bucket of images cannot be used.</summary>
    public const string ImageStore = "ImageStoreException";

    /// <summary>DynamoDB or AWS IoT cannot be reached, refuses the service, or limits it; whether anything was stored is not known (HTTP 503).</summary>
    public const string StoreUnavailable = "ServiceUnavailableException";

    /// <summary>The broker that devices connect to cannot be reached, or refuses the service (HTTP 503).</summary>
    public const string BrokerUnavailable = "BrokerUnavailableException";

    /// <summary>The disk is full; nothing was stored (HTTP 507).</summary>
    public const string DiskFull = "DiskFullException";

    /// <summary>The version named is not the current one (HTTP 409).</summary>
    public const string VersionConflict = "VersionConflictException";

    /// <summary>Something still uses it (HTTP 409).</summary>
    public const string DeleteConflict = "DeleteConflictException";

    /// <summary>It was changed meanwhile (HTTP 409).</summary>
    public const string ConflictingUpdate = "ConflictingResourceUpdateException";

    /// <summary>A search's query is malformed (HTTP 400).</summary>
    public const string InvalidQuery = "InvalidQueryException";

    /// <summary>An aggregation's field cannot be aggregated so (HTTP 400).</summary>
    public const string InvalidAggregation = "InvalidAggregationException";

    /// <summary>The index is off (HTTP 400).</summary>
    public const string IndexNotReady = "IndexNotReadyException";

    /// <summary>A policy document is malformed (HTTP 400).</summary>
    public const string MalformedPolicy = "MalformedPolicyException";

    /// <summary>There are as many versions as there may be (HTTP 409).</summary>
    public const string VersionsLimitExceeded = "VersionsLimitExceededException";

    /// <summary>There are as many as there may be (HTTP 410).</summary>
    public const string LimitExceeded = "LimitExceededException";

    /// <summary>The certificate's status does not allow this (HTTP 406).</summary>
    public const string CertificateState = "CertificateStateException";

    /// <summary>The certificate is not valid (HTTP 400).</summary>
    public const string CertificateValidation = "CertificateValidationException";

    /// <summary>More than one CA could have signed it (HTTP 409).</summary>
    public const string CertificateConflict = "CertificateConflictException";

    /// <summary>The verification certificate does not carry the registration code (HTTP 400).</summary>
    public const string RegistrationCodeValidation = "RegistrationCodeValidationException";

    /// <summary>A template could not be provisioned (HTTP 400).</summary>
    public const string ResourceRegistrationFailure = "ResourceRegistrationFailureException";

    /// <summary>The path has no such method (HTTP 405).</summary>
    public const string MethodNotAllowed = "MethodNotAllowedException";

    /// <summary>The body is no UTF-8 (HTTP 415).</summary>
    public const string UnsupportedEncoding = "UnsupportedDocumentEncodingException";

    /// <summary>A rule's SQL is none, or uses what there is not (HTTP 400).</summary>
    public const string SqlParse = "SqlParseException";

    /// <summary>Fleet provisioning: the certificate's ownership token is none, or expired (HTTP 400).</summary>
    public const string InvalidOwnershipToken = "InvalidCertificateOwnershipToken";

    /// <summary>Too many requests (HTTP 429).</summary>
    public const string Throttling = "ThrottlingException";

    /// <summary>An operation of AWS IoT that this service does not have (HTTP 400: clients do not try again).</summary>
    public const string NotSupported = "NotSupportedException";

    /// <summary>A signature is wrong, expired, not yet valid or used before (HTTP 403).</summary>
    public const string InvalidSignature = "InvalidSignatureException";

    /// <summary>The request carries no credential (HTTP 403).</summary>
    public const string MissingToken = "MissingAuthenticationTokenException";

    /// <summary>The access key is not known or not active (HTTP 403).</summary>
    public const string UnrecognizedClient = "UnrecognizedClientException";

    /// <summary>The signature's header lacks a part (HTTP 400).</summary>
    public const string IncompleteSignature = "IncompleteSignatureException";

    /// <summary>Something else failed (HTTP 500).</summary>
    public const string Internal = "InternalFailureException";

    /// <summary>A port is taken, at start.</summary>
    public const string PortTaken = "PortTaken";

    /// <summary>The data folder cannot be written, at start.</summary>
    public const string DataNotWritable = "DataFolderNotWritable";

    /// <summary>Another service uses the data folder, at start.</summary>
    public const string DataInUse = "DataFolderInUse";

    /// <summary>The process may have too few files open, at start.</summary>
    public const string FileLimit = "FileLimitTooLow";

    /// <summary>The file system of the data or keys folder is mounted read-only, at start.</summary>
    public const string ReadOnlyFileSystem = "ReadOnlyFileSystem";

    /// <summary>A folder that was in use lacks key files, at start.</summary>
    public const string KeysMissing = "KeysMissing";

    /// <summary>A key file cannot be read, or is not a key, at start.</summary>
    public const string KeysDamaged = "KeysDamaged";

    /// <summary>The keys are not those that the store was used with, at start.</summary>
    public const string KeysMismatch = "KeysMismatch";

    /// <summary>The database of a folder that was in use is missing, or the tables are empty, at start.</summary>
    public const string DataMissing = "DatabaseMissing";

    /// <summary>The database is damaged.</summary>
    public const string DataDamaged = "DatabaseDamaged";

    /// <summary>The database was written by a newer version, at start.</summary>
    public const string DataNewer = "DatabaseNewer";

    /// <summary>The store was moved elsewhere by <c>nanoiot migrate</c>, at start.</summary>
    public const string DataMoved = "DatabaseMoved";

    /// <summary>A certificate of the service has expired, at start.</summary>
    public const string CertificateExpired = "CertificateExpired";

    /// <summary>No credentials for AWS were found in the environment, a profile or a role.</summary>
    public const string AwsCredentials = "AwsCredentialsMissing";

    /// <summary>The HTTP status of a code.</summary>
    /// <param name="code">The code.</param>
    /// <returns>The status.</returns>
    public static int HttpStatus(string code) => code switch
    {
        InvalidRequest or NoTrial or EmptyAudience or ProfileMismatch or Downgrade or UntrustedKey or VersionMismatch or InvalidQuery or InvalidAggregation or IndexNotReady or MalformedPolicy or CertificateValidation
            or RegistrationCodeValidation or ResourceRegistrationFailure or NotSupported or IncompleteSignature or InvalidOwnershipToken or SqlParse => 400,
        Unauthorized => 401,
        Forbidden or InvalidSignature or MissingToken or UnrecognizedClient => 403,
        NotFound => 404,
        MethodNotAllowed => 405,
        CertificateState => 406,
        AlreadyExists or Conflict or VersionConflict or DeleteConflict or ConflictingUpdate or VersionsLimitExceeded or CertificateConflict => 409,
        LimitExceeded => 410,
        TooLarge => 413,
        UnsupportedEncoding => 415,
        Throttling => 429,
        ImageStore => 502,
        StoreUnavailable or BrokerUnavailable or AwsCredentials => 503,
        DiskFull => 507,
        _ => 500,
    };
}
