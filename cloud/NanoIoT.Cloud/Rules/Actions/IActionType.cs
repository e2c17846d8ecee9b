using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>A type of action: what its settings must be, and how results get to its target.</summary>
internal interface IActionType
{
    /// <summary>Its name, as the member of an action.</summary>
    string Name { get; }

    /// <summary>What it does, for the table of actions.</summary>
    string Summary { get; }

    /// <summary>Whether AWS has it too.</summary>
    bool IsAws { get; }

    /// <summary>How many results one delivery takes at most.</summary>
    int MaxBatch => 64;

    /// <summary>Checks settings when a rule is created.</summary>
    /// <param name="settings">The settings, templates not yet filled in.</param>
    /// <exception cref="Hosting.CloudException">They cannot work.</exception>
    void Check(JsonObject settings);

    /// <summary>Whether it is done before the message is acknowledged: for targets in the service's own store, which are as quick and as safe as a queue.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>True where it is.</returns>
    bool IsInline(JsonObject settings) => false;

    /// <summary>Delivers results, in their order.</summary>
    /// <param name="jobs">The results, at least one.</param>
    /// <param name="cancellationToken">The service ends.</param>
    /// <returns>What came of each.</returns>
    Task<DeliveryOutcome[]> DeliverAsync(IReadOnlyList<DeliveryJob> jobs, CancellationToken cancellationToken);
}
