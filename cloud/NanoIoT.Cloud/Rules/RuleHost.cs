using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Destinations;
using NanoIoT.Cloud.Rules.Notifications;
using NanoIoT.Cloud.Rules.Tables;
using NanoIoT.Cloud.Rules.Telemetry;

namespace NanoIoT.Cloud.Rules;

/// <summary>Puts the parts of the rules engine together, and starts and stops them.</summary>
internal sealed partial class RuleHost(
    RuleEngine engine, RuleBook book, DeliveryQueue queue, ActionCatalog actions, LocalTables tables, ArchiveAction archive, IEnumerable<ILocalTable> owned, CloudOptions options, ILogger<RuleHost> logger)
{
    private readonly ILogger<RuleHost> _logger = logger;

    public static void AddServices(IServiceCollection services)
    {
        var timeout = TimeSpan.FromSeconds(HttpTargets.TimeoutSeconds);
        services.AddSingleton<PrivateTargets>();
        services.AddSingleton<LiveQueryLimits>();
        services.AddHttpClient(HttpTargets.ClientName, client => client.Timeout = timeout)
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<PrivateTargets>().CreateHandler())
            .RemoveAllLoggers();
        services.AddHttpClient(HttpTargets.AwsClientName, client => client.Timeout = timeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = timeout })
            .RemoveAllLoggers();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<AwsTargets>();
        services.AddSingleton<HttpTargets>();
        services.AddSingleton<MailTarget>();
        services.AddSingleton<LocalTables>();
        services.AddSingleton<ITableReader, DynamoDbTables>();
        services.AddSingleton<RuleDestinations>();
        services.AddSingleton<NotificationSigner>();
        services.AddSingleton<NotificationTopics>();
        services.AddSingleton<ExternalReader>();
        services.AddSingleton(provider => new RuleEngine(
            provider.GetRequiredService<DeliveryQueue>(),
            provider.GetRequiredService<ExternalReader>(),
            provider.GetRequiredService<CloudOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RuleEngine>>()));
        services.AddSingleton<ArchiveAction>();
        services.AddSingleton<IActionType>(provider => provider.GetRequiredService<ArchiveAction>());
        services.AddSingleton<IActionType, RepublishAction>();
        services.AddSingleton<IActionType, S3Action>();
        services.AddSingleton<IActionType, DynamoDbAction>();
        services.AddSingleton<IActionType, DynamoDbV2Action>();
        services.AddSingleton<IActionType, SqsAction>();
        services.AddSingleton<IActionType, SnsAction>();
        services.AddSingleton<IActionType, KinesisAction>();
        services.AddSingleton<IActionType, FirehoseAction>();
        services.AddSingleton<IActionType, LambdaAction>();
        services.AddSingleton<IActionType, FileAction>();
        services.AddSingleton<IActionType, LogAction>();
        services.AddSingleton<IActionType, EmailAction>();
        services.AddSingleton<IActionType>(provider => new HttpAction("http", provider.GetRequiredService<HttpTargets>(), provider.GetRequiredService<RuleDestinations>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IActionType>(provider => new HttpAction("webhook", provider.GetRequiredService<HttpTargets>(), null, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IActionType>(provider => new EvaluateAction((job, token) => provider.GetRequiredService<RuleEngine>().EvaluateDeferredAsync(job, token)));
        services.AddSingleton<ActionCatalog>();
        services.AddSingleton<RuleCatalog>();
        services.AddSingleton<RuleBook>();
        services.AddSingleton<RuleHost>();
    }

    /// <summary>Compiles the rules; from now on the broker's messages go through them.</summary>
    public async Task StartAsync(IDeviceBroker broker)
    {
        foreach (ILocalTable table in owned)
        {
            tables.Add(table);
        }

        queue.FindType = actions.Find;
        queue.Load();
        await book.StartAsync([ProgressTable.Rule], options.AwsIot is null, (rule, exception) => LogCannotRun(exception, rule.Name)).ConfigureAwait(false);
        broker.Rules = engine.HandleAsync;
    }

    /// <summary>Begins to deliver, what waited since a former service first.</summary>
    public void StartDeliveries()
    {
        archive.Start();
        queue.Start();
    }

    /// <summary>Ends deliveries; what waits stays in the store.</summary>
    public async Task StopAsync()
    {
        await engine.DisposeAsync().ConfigureAwait(false);
        await archive.DisposeAsync().ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "rule {Rule} does not run")]
    private partial void LogCannotRun(Exception exception, string rule);
}
