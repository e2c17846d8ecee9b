namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>What a policy may allow a device.</summary>
[Flags]
public enum PolicyAction
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>iot:Connect</c> on <c>client/ID</c>.</summary>
    Connect = 1,

    /// <summary><c>iot:Publish</c> on <c>topic/T</c>.</summary>
    Publish = 2,

    /// <summary><c>iot:Subscribe</c> on <c>topicfilter/F</c>.</summary>
    Subscribe = 4,

    /// <summary><c>iot:Receive</c> on <c>topic/T</c>.</summary>
    Receive = 8,

    /// <summary><c>iot:RetainPublish</c> on <c>topic/T</c>.</summary>
    RetainPublish = 16,

    /// <summary><c>iot:GetThingShadow</c> on <c>thing/T</c>.</summary>
    GetThingShadow = 32,

    /// <summary><c>iot:UpdateThingShadow</c> on <c>thing/T</c>.</summary>
    UpdateThingShadow = 64,

    /// <summary><c>iot:DeleteThingShadow</c> on <c>thing/T</c>.</summary>
    DeleteThingShadow = 128,

    /// <summary><c>iot:ListNamedShadowsForThing</c> on <c>thing/T</c>.</summary>
    ListNamedShadowsForThing = 256,

    /// <summary><c>iot:GetRetainedMessage</c> on <c>topic/T</c>.</summary>
    GetRetainedMessage = 512,

    /// <summary><c>iot:ListRetainedMessages</c> on <c>*</c>.</summary>
    ListRetainedMessages = 1024,

    /// <summary>Every one.</summary>
    All = 2047,
}
