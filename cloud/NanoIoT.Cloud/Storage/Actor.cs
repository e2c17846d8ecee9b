namespace NanoIoT.Cloud.Storage;

/// <summary>Who a change is made for, as the audit log names it; flows with the call.</summary>
public static class Actor
{
    /// <summary>The service itself.</summary>
    public const string Service = "service";

    private static readonly AsyncLocal<string?> s_current = new();

    /// <summary>Who it is: <c>user/NAME</c>, <c>thing/NAME</c>, <c>certificate/ID</c> or <c>service</c>.</summary>
    public static string Current
    {
        get => s_current.Value ?? Service;
        set => s_current.Value = value;
    }
}
