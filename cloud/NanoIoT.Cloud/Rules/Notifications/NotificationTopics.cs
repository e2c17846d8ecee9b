using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MimeKit;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Storage;

namespace NanoIoT.Cloud.Rules.Notifications;

/// <summary>
/// Notification topics and who subscribed to them. A subscriber gets nothing until its token came back; then each message goes
/// through a queue of its own, as an action's results do: tried again, and a dead letter in the end.
/// </summary>
internal sealed partial class NotificationTopics
{
    /// <summary>SNS's limit of a message, in bytes.</summary>
    public const int MaxMessageBytes = 256 * 1024;

    private const int TokenBytes = 32;
    private const int MaxSubscriptions = 1000;

    private readonly RecordStore _records;
    private readonly RecordTable<NotificationTopic> _topics;
    private readonly RecordTable<TopicSubscription> _subscriptions;
    private readonly DeliveryQueue _queue;
    private readonly NotificationSigner _signer;
    private readonly MailTarget _mail;
    private readonly PrivateTargets _privateTargets;
    private readonly CloudOptions _options;
    private readonly ServiceAddress _address;
    private readonly TimeProvider _time;

    public NotificationTopics(RecordStore records, DeliveryQueue queue, NotificationSigner signer, MailTarget mail, PrivateTargets privateTargets, CloudOptions options, ServiceAddress address, TimeProvider time)
    {
        _privateTargets = privateTargets;
        _records = records;
        _topics = records.Open<NotificationTopic>("notificationTopic", topic => topic.Name);
        _subscriptions = records.Open<TopicSubscription>("topicSubscription", subscription => subscription.Topic + "|" + subscription.Id);
        _queue = queue;
        _signer = signer;
        _mail = mail;
        _options = options;
        _address = address;
        _time = time;
    }

    public IReadOnlyList<NotificationTopic> List() => _topics.Range();

    public NotificationTopic? Find(string name) => _topics.Get(name);

    public NotificationTopic? FindByArn(string arn) => _topics.Range().FirstOrDefault(topic => topic.Arn == arn);

    public IReadOnlyList<TopicSubscription> Subscriptions(string topic) => _subscriptions.Range(topic + "|");

    /// <summary>Creates a topic; one there is is kept.</summary>
    public Task<NotificationTopic> CreateAsync(string name, CancellationToken cancellationToken)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw OperationRequest.Invalid("topic: 1 to 256 of a-z A-Z 0-9 _ -");
        }

        return _records.WriteAsync(
            "CreateTopic",
            transaction => transaction.Get(_topics, name) ?? transaction.Put(_topics, new NotificationTopic { Name = name, Arn = $"arn:aws:sns:{_options.Region}:{_options.Account}:{name}", Created = transaction.Now }),
            cancellationToken);
    }

    /// <summary>Deletes a topic with its subscriptions.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => _records.WriteAsync(
        "DeleteTopic",
        transaction =>
        {
            _ = transaction.Delete(_topics, name) ?? throw NotFound(name);
            foreach (TopicSubscription subscription in transaction.List(_subscriptions, name + "|"))
            {
                transaction.Delete(_subscriptions, name + "|" + subscription.Id);
            }
        },
        cancellationToken);

    /// <summary>Subscribes; the subscriber is sent a token and gets nothing else until it came back.</summary>
    public async Task<TopicSubscription> SubscribeAsync(string name, string protocol, string endpoint, bool isRaw, CancellationToken cancellationToken)
    {
        NotificationTopic topic = Find(name) ?? throw NotFound(name);
        bool isHttp = protocol is "http" or "https";
        if (!isHttp && protocol != "email")
        {
            throw OperationRequest.Invalid("protocol: http, https or email");
        }

        if (isHttp && (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url) || url.Scheme != protocol))
        {
            throw OperationRequest.Invalid($"endpoint: a URL of {protocol}");
        }

        if (isHttp)
        {
            _privateTargets.Check(endpoint);
        }

        if (!isHttp && !MailboxAddress.TryParse(endpoint, out _))
        {
            throw OperationRequest.Invalid("endpoint: an address");
        }

        if (!isHttp && !_mail.IsOn)
        {
            throw OperationRequest.Invalid("email needs a mail server, and this service was not given one: serve --smtp smtp://USER:PASSWORD@HOST:PORT");
        }

        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        TopicSubscription subscription = await _records.WriteAsync(
            "Subscribe",
            transaction =>
            {
                _ = transaction.Get(_topics, name) ?? throw NotFound(name);
                IReadOnlyList<TopicSubscription> all = transaction.List(_subscriptions, name + "|");
                TopicSubscription? known = all.FirstOrDefault(item => item.Protocol == protocol && item.Endpoint == endpoint);
                return known is { IsConfirmed: true } ? known
                    : known is null && all.Count >= MaxSubscriptions ? throw new CloudException(ErrorCodes.LimitExceeded, $"Topic {name} has {MaxSubscriptions} subscriptions.")
                    : transaction.Put(_subscriptions, new TopicSubscription
                    {
                        Id = known?.Id ?? Guid.NewGuid().ToString("n"),
                        Topic = name,
                        Protocol = protocol,
                        Endpoint = endpoint,
                        IsRaw = isRaw,
                        TokenHash = IdentityStore.Hash(token),
                        EndToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)),
                        Created = transaction.Now,
                    });
            },
            cancellationToken).ConfigureAwait(false);
        if (!subscription.IsConfirmed)
        {
            string confirm = $"{_address.BaseUrl}/nanoiot/subscriptions/confirm/{token}";
            JsonObject message = CreateMessage("SubscriptionConfirmation", topic, $"You have chosen to subscribe to the topic {topic.Arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.", null);
            message["Token"] = token;
            message["SubscribeURL"] = confirm;
            await SendAsync(topic, subscription, message, $"To get messages of the topic {topic.Name}, visit\n\n{confirm}\n\nIf you did not ask for them, do nothing.\n", cancellationToken).ConfigureAwait(false);
        }

        return subscription;
    }

    /// <summary>Ends a subscription.</summary>
    public Task UnsubscribeAsync(string name, string id, CancellationToken cancellationToken) => _records.WriteAsync(
        "Unsubscribe", transaction => _ = transaction.Delete(_subscriptions, name + "|" + id) ?? throw new CloudException(ErrorCodes.NotFound, $"Topic {name} has no subscription {id}."), cancellationToken);

    /// <summary>Confirms the subscription a token is of.</summary>
    /// <returns>The subscription.</returns>
    public Task<TopicSubscription> ConfirmAsync(string token, CancellationToken cancellationToken)
    {
        string hash = IdentityStore.Hash(token);
        return _records.WriteAsync(
            "ConfirmSubscription",
            transaction =>
            {
                TopicSubscription found = transaction.List(_subscriptions, string.Empty).FirstOrDefault(item => item.TokenHash == hash) ?? throw NoSubscription();
                return found.IsConfirmed ? found : transaction.Put(_subscriptions, found with { IsConfirmed = true });
            },
            cancellationToken);
    }

    /// <summary>Ends the subscription a message's token is of.</summary>
    /// <returns>The subscription.</returns>
    public Task<TopicSubscription> EndAsync(string token, CancellationToken cancellationToken) => _records.WriteAsync(
        "Unsubscribe",
        transaction =>
        {
            TopicSubscription found = transaction.List(_subscriptions, string.Empty).FirstOrDefault(item => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(item.EndToken), Encoding.UTF8.GetBytes(token))) ?? throw NoSubscription();
            transaction.Delete(_subscriptions, found.Topic + "|" + found.Id);
            return found;
        },
        cancellationToken);

    /// <summary>Publishes a message; it is in every subscriber's queue when the task ends.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="message">The message.</param>
    /// <param name="subject">Its subject, or null.</param>
    /// <param name="isStructured">Whether it is an object with a message for each protocol, and <c>default</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The message's id.</returns>
    public async Task<string> PublishAsync(NotificationTopic topic, string message, string? subject, bool isStructured, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(message) > MaxMessageBytes)
        {
            throw new CloudException(ErrorCodes.TooLarge, "message: at most 256 KB");
        }

        JsonObject? structured = null;
        if (isStructured)
        {
            try
            {
                structured = StrictJson.Parse(Encoding.UTF8.GetBytes(message)) as JsonObject;
            }
            catch (StrictJsonException)
            {
                structured = null;
            }

            if (structured?["default"] is null)
            {
                throw new DeliveryException(DeliveryOutcome.Failed("InvalidMessage", "a message of messageFormat JSON is an object with the member default"));
            }
        }

        string id = Guid.NewGuid().ToString();
        foreach (TopicSubscription subscription in Subscriptions(topic.Name).Where(item => item.IsConfirmed))
        {
            string text = structured is null ? message : (structured[subscription.Protocol] ?? structured["default"])!.ToString();
            JsonObject notification = CreateMessage("Notification", topic, text, subject);
            notification["MessageId"] = id;
            string end = $"{_address.BaseUrl}/nanoiot/subscriptions/end/{subscription.EndToken}";
            notification["UnsubscribeURL"] = end;
            await SendAsync(topic, subscription, notification, $"{text}\n\n--\nTo get no more messages of {topic.Name}, visit {end}\n", cancellationToken).ConfigureAwait(false);
        }

        return id;
    }

    private static CloudException NotFound(string name) => new(ErrorCodes.NotFound, $"There is no topic {name}.");

    private static CloudException NoSubscription() => new(ErrorCodes.NotFound, "The token is of no subscription.");

    private JsonObject CreateMessage(string type, NotificationTopic topic, string message, string? subject)
    {
        var created = new JsonObject
        {
            ["Type"] = type,
            ["MessageId"] = Guid.NewGuid().ToString(),
            ["TopicArn"] = topic.Arn,
            ["Message"] = message,
            ["Timestamp"] = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        if (subject is not null)
        {
            created["Subject"] = subject;
        }

        return created;
    }

    private Task SendAsync(NotificationTopic topic, TopicSubscription subscription, JsonObject message, string text, CancellationToken cancellationToken)
    {
        string type = message["Type"]!.ToString();
        bool isEmail = subscription.Protocol == "email";
        JsonObject settings;
        byte[] body;
        if (isEmail)
        {
            settings = new JsonObject { ["to"] = subscription.Endpoint, ["subject"] = message["Subject"]?.ToString() ?? (type == "Notification" ? $"Message of {topic.Name}" : $"Confirm your subscription to {topic.Name}") };
            body = Encoding.UTF8.GetBytes(text);
        }
        else
        {
            _signer.Sign(message);
            message["SigningCertURL"] = _address.BaseUrl + NotificationSigner.CertificatePath;
            bool isRaw = subscription.IsRaw && type == "Notification";
            settings = new JsonObject
            {
                ["url"] = subscription.Endpoint,
                ["headers"] = new JsonArray(
                    Header("Content-Type", "text/plain; charset=UTF-8"),
                    Header("x-amz-sns-message-type", type),
                    Header("x-amz-sns-message-id", message["MessageId"]!.ToString()),
                    Header("x-amz-sns-topic-arn", topic.Arn),
                    Header("x-amz-sns-subscription-arn", topic.Arn + ":" + subscription.Id),
                    isRaw ? Header("x-amz-sns-rawdelivery", "true") : null),
            };
            ((JsonArray)settings["headers"]!).RemoveAll(item => item is null);
            body = Encoding.UTF8.GetBytes(isRaw ? message["Message"]!.ToString() : message.ToJsonString(RecordStore.Json));
        }

        return _queue.AddAsync(
            [new DeliveryJob($"@topic|{topic.Name}|{subscription.Id}", "@topic/" + topic.Name, isEmail ? "email" : "webhook", settings.ToJsonString(RecordStore.Json), body, new DeliverySource(topic.Arn, 0, null, null, null, null))],
            cancellationToken);
    }

    private static JsonObject Header(string key, string value) => new() { ["key"] = key, ["value"] = value };

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,256}\z")]
    private static partial Regex NamePattern();
}
