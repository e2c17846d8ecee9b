using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Registry;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Shadows;

/// <summary>Keeps desired of the <c>nanoiot</c> shadow equal to the registry's groups and region; the board subscribes accordingly.</summary>
public sealed class AgentShadowSync
{
    private readonly IShadowService _shadows;

    /// <summary>Begins to keep them equal.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="shadows">The shadows.</param>
    public AgentShadowSync(IRegistry registry, IShadowService shadows)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _shadows = shadows;
        registry.ThingChanged += OnThingChangedAsync;
        registry.ThingDeleted += shadows.DeleteAllAsync;
    }

    private async Task OnThingChangedAsync(Thing thing)
    {
        JsonObject request = AgentDesired.Request(AgentDesired.Of(thing));
        await _shadows.UpdateAsync(thing.ThingName, Topics.AgentShadow, Encoding.UTF8.GetBytes(request.ToJsonString())).ConfigureAwait(false);
    }
}
