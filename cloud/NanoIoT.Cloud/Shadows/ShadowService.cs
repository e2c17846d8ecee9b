using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Shared;

namespace NanoIoT.Cloud.Shadows;

/// <summary>Shadows. Read, merge and write are one change of the store, so concurrent updates never mix.</summary>
internal sealed partial class ShadowService : IShadowService
{
    /// <summary>How long a deleted shadow's version goes on.</summary>
    internal const long VersionSeconds = 48 * 3600;

    private const int InternalFailure = 500;

    private readonly IShadowStore _store;
    private readonly IMessageBus _bus;
    private readonly TimeProvider _time;

    /// <summary>Creates the service.</summary>
    /// <param name="store">Where shadows are kept.</param>
    /// <param name="bus">Where answers go.</param>
    /// <param name="time">The clock.</param>
    public ShadowService(IShadowStore store, IMessageBus bus, TimeProvider time)
    {
        _store = store;
        _bus = bus;
        _time = time;
        store.ChangedElsewhere += thing => Changed?.Invoke(thing);
    }

    /// <inheritdoc/>
    public event Action<string>? Changed;

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <inheritdoc/>
    public async Task<ShadowOutcome> HandleAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        Match match = ShadowTopic().Match(topic);
        if (!match.Success)
        {
            return ShadowOutcome.NotARequest;
        }

        string thing = match.Groups[1].Value;
        string shadow = match.Groups[2].Value;
        string operation = match.Groups[3].Value;
        try
        {
            CheckNames(thing, match.Groups[2]);
            switch (operation)
            {
                case "get":
                    (string? token, _) = ShadowRequest.ParseOther(payload.Span);
                    JsonObject document = await GetAsync(thing, shadow, cancellationToken).ConfigureAwait(false);
                    AddToken(document, token);
                    await PublishAsync(topic + "/accepted", document).ConfigureAwait(false);
                    break;
                case "update":
                    await UpdateAsync(thing, shadow, payload, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await DeleteAsync(thing, shadow, payload, cancellationToken).ConfigureAwait(false);
                    break;
            }

            return ShadowOutcome.Accepted;
        }
        catch (ShadowException exception)
        {
            await RejectAsync(topic, exception.Code, exception.Message, payload).ConfigureAwait(false);
            return ShadowOutcome.Rejected;
        }
        catch (Exception exception) when (!TransientFailure.Is(exception))
        {
            // The client is answered; the broker logs what failed.
            await RejectAsync(topic, InternalFailure, "Internal service failure", payload).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<JsonObject> GetAsync(string thingName, string shadowName, CancellationToken cancellationToken = default)
    {
        JsonObject document = Load(await _store.FindAsync(thingName, shadowName, cancellationToken).ConfigureAwait(false)).State?.DocumentWithDelta() ?? throw NotFound(shadowName);
        document["timestamp"] = Now;
        return document;
    }

    /// <inheritdoc/>
    public JsonObject? TryGet(string thingName, string shadowName) => Load(_store.Peek(thingName, shadowName)).State?.DocumentWithDelta();

    /// <inheritdoc/>
    public async Task<JsonObject> UpdateAsync(string thingName, string shadowName, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ShadowRequest request = ShadowRequest.ParseUpdate(payload.Span);
        long now = Now;
        (ShadowState before, ShadowState after) = await _store.ChangeAsync(
            thingName,
            shadowName,
            stored =>
            {
                (ShadowState? known, long version) = Load(stored);
                ShadowState current = known ?? ShadowState.Empty(version);
                CheckVersion(request.Version, current.Version);
                ShadowState next = current.Apply(request, now);
                return (new StoredShadow(next.Save(), next.Version), (current, next));
            },
            cancellationToken).ConfigureAwait(false);

        Changed?.Invoke(thingName);
        string prefix = Topics.Shadow(thingName, shadowName.Length == 0 ? null : shadowName) + "/update";
        JsonObject accepted = Accepted(request, after.Version, now);
        await PublishAsync(prefix + "/accepted", accepted).ConfigureAwait(false);
        await PublishDocumentsAsync(prefix, before, after, request.ClientToken, now).ConfigureAwait(false);
        if (after.Delta() is (JsonObject state, JsonObject metadata))
        {
            var delta = new JsonObject { ["version"] = after.Version, ["timestamp"] = now, ["state"] = state, ["metadata"] = metadata };
            AddToken(delta, request.ClientToken);
            await PublishAsync(prefix + "/delta", delta).ConfigureAwait(false);
        }

        return accepted;
    }

    /// <inheritdoc/>
    public async Task<JsonObject> DeleteAsync(string thingName, string shadowName, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        (string? token, long? wanted) = ShadowRequest.ParseOther(payload.Span);
        long version = await _store.ChangeAsync(
            thingName,
            shadowName,
            stored =>
            {
                (ShadowState? state, long current) = Load(stored);
                if (state is null)
                {
                    throw NotFound(shadowName);
                }

                CheckVersion(wanted, current);

                // It stays without a document: a new shadow of the name goes on from its version, for 48 hours.
                return (new StoredShadow(null, current, Now), current);
            },
            cancellationToken).ConfigureAwait(false);
        Changed?.Invoke(thingName);
        var answer = new JsonObject { ["version"] = version, ["timestamp"] = Now };
        AddToken(answer, token);
        await PublishAsync(Topics.Shadow(thingName, shadowName.Length == 0 ? null : shadowName) + "/delete/accepted", answer).ConfigureAwait(false);
        return answer;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> PeekNames(string thingName) => _store.PeekNames(thingName);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListNamesAsync(string thingName, CancellationToken cancellationToken = default) => _store.NamesAsync(thingName, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAllAsync(string thingName) => _store.DeleteAllAsync(thingName, CancellationToken.None);

    private (ShadowState? State, long Version) Load(StoredShadow? stored) => stored switch
    {
        null => (null, 0),
        { Document: string document } => (ShadowState.Load(document, stored.Version), stored.Version),
        _ => (null, stored.Deleted > Now - VersionSeconds ? stored.Version : 0),
    };

    private static void CheckNames(string thing, Group shadow)
    {
        if (!Contract.IsValidName(thing))
        {
            throw new ShadowException(400, "Invalid thing name");
        }

        if (shadow.Success && !ShadowNames.IsValid(shadow.Value))
        {
            throw new ShadowException(400, "Invalid shadow name: " + ShadowNames.Rule);
        }
    }

    private static ShadowException NotFound(string shadow) => new(404, shadow.Length == 0 ? "No shadow exists" : $"No shadow exists with name: '{shadow}'");

    private static void CheckVersion(long? wanted, long current)
    {
        if (wanted is long version && version != current)
        {
            throw new ShadowException(409, "Version conflict");
        }
    }

    private static JsonObject Accepted(ShadowRequest request, long version, long now)
    {
        var state = new JsonObject();
        var metadata = new JsonObject();
        if (request.HasDesired)
        {
            state["desired"] = request.Desired?.DeepClone();
            metadata["desired"] = ShadowState.MetadataOf(request.Desired, now);
        }

        if (request.HasReported)
        {
            state["reported"] = request.Reported?.DeepClone();
            metadata["reported"] = ShadowState.MetadataOf(request.Reported, now);
        }

        var answer = new JsonObject { ["state"] = request.ClearsState ? null : state, ["metadata"] = metadata, ["version"] = version, ["timestamp"] = now };
        AddToken(answer, request.ClientToken);
        return answer;
    }

    private static void AddToken(JsonObject answer, string? token)
    {
        if (token is not null)
        {
            answer["clientToken"] = token;
        }
    }

    private static string? TokenOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            return ShadowRequest.ParseOther(payload).ClientToken;
        }
        catch (ShadowException)
        {
            // What cannot be read has no token to send back.
            return null;
        }
    }

    private Task RejectAsync(string topic, int code, string message, ReadOnlyMemory<byte> request)
    {
        var answer = new JsonObject { ["code"] = code, ["message"] = message, ["timestamp"] = Now };
        AddToken(answer, TokenOf(request.Span));
        return PublishAsync(topic + "/rejected", answer);
    }

    private Task PublishDocumentsAsync(string prefix, ShadowState before, ShadowState after, string? token, long now)
    {
        var documents = new JsonObject { ["previous"] = before.Document(), ["current"] = after.Document(), ["timestamp"] = now };
        AddToken(documents, token);
        return PublishAsync(prefix + "/documents", documents);
    }

    private Task PublishAsync(string topic, JsonObject message) =>
        _bus.PublishAsync(new BusMessage(topic, Encoding.UTF8.GetBytes(message.ToJsonString(ShadowState.Json))));

    [GeneratedRegex(@"^\$aws/things/([^/]*)/shadow(?:/name/([^/]*))?/(get|update|delete)\z")]
    private static partial Regex ShadowTopic();
}
