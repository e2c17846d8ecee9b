using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Shadows;

/// <summary>Shadows, classic and named, as AWS IoT's. An update is durable before it is answered.</summary>
public interface IShadowService : IShadowDocuments
{
    /// <summary>Raised with the thing's name after a shadow changed; quick, and never throwing.</summary>
    event Action<string>? Changed;

    /// <summary>Takes a message on a shadow topic and publishes the answers.</summary>
    /// <param name="topic">A topic below <c>$aws/things/</c>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What became of it.</returns>
    Task<ShadowOutcome> HandleAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>A shadow's document.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="shadowName">The shadow's name; empty for the classic one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The document as it is stored now.</returns>
    /// <exception cref="ShadowException">There is none.</exception>
    Task<JsonObject> GetAsync(string thingName, string shadowName, CancellationToken cancellationToken = default);

    /// <summary>Updates a shadow and publishes what follows from it.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="shadowName">The shadow's name; empty for the classic one.</param>
    /// <param name="payload">The request.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The accepted answer.</returns>
    /// <exception cref="ShadowException">It is rejected.</exception>
    Task<JsonObject> UpdateAsync(string thingName, string shadowName, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>Deletes a shadow; its version goes on where a new one begins.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="shadowName">The shadow's name; empty for the classic one.</param>
    /// <param name="payload">The request; may be empty.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The accepted answer.</returns>
    /// <exception cref="ShadowException">It is rejected.</exception>
    Task<JsonObject> DeleteAsync(string thingName, string shadowName, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>The names of a thing's named shadows.</summary>
    /// <param name="thingName">The thing.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The names, sorted.</returns>
    Task<IReadOnlyList<string>> ListNamesAsync(string thingName, CancellationToken cancellationToken = default);

    /// <summary>Deletes all shadows of a thing that is gone.</summary>
    /// <param name="thingName">The thing.</param>
    /// <returns>The task.</returns>
    Task DeleteAllAsync(string thingName);
}
