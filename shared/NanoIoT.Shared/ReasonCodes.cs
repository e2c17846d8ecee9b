namespace NanoIoT.Shared
{
    /// <summary>Stable codes for why a board refused, failed or went back (field <c>reason</c> of a progress report).</summary>
    public static class ReasonCodes
    {
        /// <summary>The announcement is longer than <see cref="Contract.MaxAnnouncementBytes"/>.</summary>
        public const string AnnouncementTooLarge = "announcement-too-large";

        /// <summary>The announcement is no JSON object of the contract.</summary>
        public const string AnnouncementMalformed = "announcement-malformed";

        /// <summary>Field <c>v</c> is one this firmware does not know.</summary>
        public const string UnknownContractVersion = "unknown-contract-version";

        /// <summary>The manifest is no canonical manifest of the contract.</summary>
        public const string ManifestMalformed = "manifest-malformed";

        /// <summary>The board trusts no key of that id.</summary>
        public const string UnknownKey = "unknown-key";

        /// <summary>The manifest's signature does not verify.</summary>
        public const string BadSignature = "bad-signature";

        /// <summary>The manifest is not for this board's profile.</summary>
        public const string WrongProfile = "wrong-profile";

        /// <summary>The manifest is for another component than its topic.</summary>
        public const string WrongComponent = "wrong-component";

        /// <summary>The board cannot install images of that kind.</summary>
        public const string UnsupportedKind = "unsupported-kind";

        /// <summary>The announced version is lower than the running one.</summary>
        public const string LowerVersion = "lower-version";

        /// <summary>The manifest's rollback index is lower than one the board has confirmed.</summary>
        public const string RollbackIndex = "rollback-index";

        /// <summary>The manifest requires a higher running version or nanoCLR.</summary>
        public const string RequirementNotMet = "requirement-not-met";

        /// <summary>The board has failed this manifest as often as it will try.</summary>
        public const string TooManyAttempts = "too-many-attempts";

        /// <summary>The image does not fit the slot.</summary>
        public const string ImageTooLarge = "image-too-large";

        /// <summary>The campaign was canceled before the image was staged.</summary>
        public const string Canceled = "canceled";

        /// <summary>A newer announcement took this one's place.</summary>
        public const string Superseded = "superseded";

        /// <summary>The application's policy refused the update (the user said no).</summary>
        public const string Declined = "declined";

        /// <summary>The application's policy put the update off; it goes on when the policy agrees.</summary>
        public const string Deferred = "deferred";

        /// <summary>The server refused the URL (HTTP 401 or 403).</summary>
        public const string DownloadForbidden = "download-forbidden";

        /// <summary>The server has no such image (HTTP 404 or 410).</summary>
        public const string DownloadNotFound = "download-not-found";

        /// <summary>The server failed (HTTP 5xx, 429 or an unexpected status).</summary>
        public const string DownloadServerError = "download-server-error";

        /// <summary>The server's answer has another length or range than asked for.</summary>
        public const string DownloadWrongLength = "download-wrong-length";

        /// <summary>A chunk's digest, or that of the digest list, does not match.</summary>
        public const string DownloadWrongBytes = "download-wrong-bytes";

        /// <summary>The connection failed, ended early or stalled.</summary>
        public const string DownloadInterrupted = "download-interrupted";

        /// <summary>The slot refused a write.</summary>
        public const string FlashError = "flash-error";

        /// <summary>The complete image was refused by the slot's own check.</summary>
        public const string ImageRefused = "image-refused";

        /// <summary>The application's health check said no.</summary>
        public const string HealthCheckFailed = "health-check-failed";

        /// <summary>The trial ended before the new firmware was connected and healthy.</summary>
        public const string TrialTimeout = "trial-timeout";

        /// <summary>The new application's program ended with an exception during its trial.</summary>
        public const string ApplicationFailed = "application-failed";

        /// <summary>The new application did not come back from its trial's boots: it hung, rebooted, or lost power each time.</summary>
        public const string TrialBootsUsed = "trial-boots-used";

        /// <summary>The new image runs, but its program says another version than the manifest: it was undone where that is possible.</summary>
        public const string VersionMismatch = "version-mismatch";

        /// <summary>The boot loader brought the old version back.</summary>
        public const string BootReverted = "boot-reverted";
    }
}
