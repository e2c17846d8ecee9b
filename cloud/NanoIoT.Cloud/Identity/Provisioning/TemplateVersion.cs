namespace NanoIoT.Cloud.Identity.Provisioning;

/// <summary>A version of a provisioning template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its body.</param>
/// <param name="Created">When it was created, Unix seconds.</param>
public sealed record TemplateVersion(int Id, string Body, long Created);
