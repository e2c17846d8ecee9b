namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>How a policy document is read.</summary>
internal enum PolicyReading
{
    /// <summary>As it is created: what the service does not implement is refused.</summary>
    Create,

    /// <summary>As it was stored: a statement that the service cannot evaluate allows nothing and denies all that it names.</summary>
    Stored,
}
