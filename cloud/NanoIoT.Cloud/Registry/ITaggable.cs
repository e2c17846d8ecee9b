namespace NanoIoT.Cloud.Registry;

/// <summary>A feature whose resources can be tagged.</summary>
public interface ITaggable
{
    /// <summary>Whether a resource is there and can be tagged.</summary>
    /// <param name="type">Its type, as in its ARN.</param>
    /// <param name="id">Its id.</param>
    /// <returns>True where it can.</returns>
    bool Exists(string type, string id);
}
