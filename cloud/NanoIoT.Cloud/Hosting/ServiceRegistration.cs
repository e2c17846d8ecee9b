using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.AwsIot;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Broker.External;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Campaigns.Progress;
using NanoIoT.Cloud.Campaigns.Stores;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Gateway;
using NanoIoT.Cloud.Gateway.Authentication;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Hosting.Connections;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Operations;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Operations;
using NanoIoT.Cloud.Registry.Search;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Rules.Delivery;
using NanoIoT.Cloud.Rules.Tables;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Hosting;

/// <summary>What the service is made of: for each option the parts that it asks for.</summary>
internal static partial class ServiceRegistration
{
    private static readonly Type[] s_operationSources =
    [
        typeof(ThingOperations), typeof(ThingTypeOperations), typeof(ThingGroupOperations), typeof(BillingGroupOperations), typeof(TagOperations), typeof(IndexOperations),
        typeof(CertificateOperations), typeof(CaCertificateOperations), typeof(PolicyOperations), typeof(ProvisioningOperations),
        typeof(ShadowOperations), typeof(MessageOperations), typeof(EndpointOperations), typeof(RuleOperations), typeof(RefusedOperations),
    ];

    /// <summary>AWS IoT's rule and its broker have a message at the same time; half a second later the rule has written it.</summary>
    private static readonly TimeSpan s_ruleHead = TimeSpan.FromSeconds(0.5);

    public static void Add(IServiceCollection services, CloudOptions options, Resources resources)
    {
        services.AddLogging();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(options =>
        {
            // A body that lacks a member, has an unknown one, or null where a value is needed, is refused by its reader.
            options.SerializerOptions.PropertyNameCaseInsensitive = false;
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.AllowDuplicateProperties = false;
        });
        services.AddSingleton(resources.Time);
        services.AddSingleton(resources.Database);
        services.AddSingleton(resources.Authority);
        services.AddSingleton(resources.Secrets);
        services.AddSingleton(resources.Address);
        services.AddSingleton(resources.Watch);
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton(options);
        services.AddSingleton(new Arns(options.Region, options.Account));
        services.AddConnections();
        services.AddSingleton(new AwsClients(options.Aws));
        AddStores(services, options);
        services.AddSingleton(provider => new RecordStore(provider.GetRequiredService<IRecordBackend>()));
        services.AddSingleton(provider => new AuditTrail(provider.GetRequiredService<IRecordBackend>()));
        services.AddSingleton<ThingRegistry>();
        services.AddSingleton<IRegistry>(provider => provider.GetRequiredService<ThingRegistry>());
        services.AddSingleton<IdentityStore>();
        services.AddSingleton<ITaggable>(provider => provider.GetRequiredService<IdentityStore>());
        services.AddSingleton<ITaggable>(provider => provider.GetRequiredService<ProvisioningService>());
        services.AddSingleton<ITaggable>(provider => provider.GetRequiredService<RuleBook>());
        services.AddSingleton<CertificateTrust>();
        services.AddSingleton<AccessControl>();
        services.AddSingleton<ProvisioningService>();
        services.AddSingleton<ProvisioningHandler>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<SignatureVerifier>();
        services.AddSingleton(provider => new Lazy<IMessageBus>(provider.GetRequiredService<IMessageBus>));
        services.AddSingleton<IConnectionAuthenticator, ConnectionAuthenticator>();
        AddConnectionGate(services, options);
        AddBroker(services, options, resources);
        services.AddSingleton<SearchIndex>();
        services.AddSingleton<DynamicGroups>();
        foreach (Type source in s_operationSources)
        {
            services.AddSingleton(typeof(IOperationSource), source);
        }

        services.AddSingleton<OperationCatalog>();
        services.AddSingleton<EndpointTable>();
        CredentialSchemes.Add(services);
        Policies.Add(services);
        services.AddSingleton<IShadowService, ShadowService>();
        AddFleet(services, options);
        services.AddSingleton<ShadowHandler>();
        services.AddSingleton<AgentShadowSync>();
        services.AddSingleton(_ => resources.CreateImages());
        services.AddSingleton<DownloadLimiter>();
        services.AddSingleton(provider => OpenImageStore(provider, options, resources));
        services.AddSingleton<IFirmwareRepository>(provider => new FirmwareRepository(provider.GetRequiredService<IImageStore>(), provider.GetRequiredService<RecordStore>(), resources.Key, resources.Time, ImageKeys.Read(options.TrustedImageKeys)));
        AddRetention(services, options);
        services.AddSingleton<CampaignClock>();
        services.AddSingleton<FleetCensus>();
        services.AddSingleton<CampaignPlanner>();
        services.AddSingleton<CampaignBook>();
        services.AddSingleton<CampaignStepper>();
        services.AddSingleton<CampaignEngine>();
        services.AddSingleton<ICampaignService, CampaignService>();
        services.AddSingleton<UrlHandler>();
        services.AddSingleton<ReportedFirmware>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<ILocalTable, ProgressTable>();
        RuleHost.AddServices(services);
    }

    /// <summary>Puts the gate before Kestrel's sockets.</summary>
    private static void AddConnectionGate(IServiceCollection services, CloudOptions options)
    {
        services.AddSingleton(provider => CreateLimits(options, provider.GetRequiredService<ILogger<ConnectionGate>>()));
        services.AddSingleton<ConnectionGate>();
        services.RemoveAll<IConnectionListenerFactory>();
        services.AddSingleton<IConnectionListenerFactory>(provider => new GatedTransport(
            ActivatorUtilities.CreateInstance<SocketTransportFactory>(provider), provider.GetRequiredService<ConnectionGate>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static ConnectionLimits CreateLimits(CloudOptions options, ILogger logger)
    {
        (long Before, long After)? files = FileLimit.Raise();
        ConnectionLimits limits = ConnectionLimits.Create(options, files?.After, FileLimit.CountOpen(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        LogLimits(logger, files?.Before, files?.After, limits.Total, limits.PerListener, limits.PerAddress, limits.Handshakes);
        return limits;
    }

    /// <summary>The things there are: of the service's own registry, or of AWS IoT's.</summary>
    private static void AddFleet(IServiceCollection services, CloudOptions options)
    {
        if (options.AwsIot is not AwsIotOptions awsIot)
        {
            services.AddSingleton<IFleet>(provider => provider.GetRequiredService<ThingRegistry>());
            services.AddSingleton<IThingQueries>(provider => provider.GetRequiredService<SearchIndex>());
            services.AddSingleton<IShadowDocuments>(provider => provider.GetRequiredService<IShadowService>());
            return;
        }

        services.AddSingleton(awsIot);
        services.AddSingleton(provider => new AwsIotClient(options.Aws, provider.GetRequiredService<AwsClients>(), awsIot.CaFile));
        services.AddSingleton<AwsIotFleet>();
        services.AddSingleton<FleetSightings>();
        services.AddSingleton<AwsIotWrites>();
        services.AddSingleton<AwsIotLooks>();
        services.AddSingleton<AwsIotQueries>();
        services.AddSingleton<IFleet>(provider => provider.GetRequiredService<AwsIotFleet>());
        services.AddSingleton<IShadowDocuments>(provider => provider.GetRequiredService<AwsIotFleet>());
        services.AddSingleton<IThingQueries>(provider => provider.GetRequiredService<AwsIotQueries>());
    }

    /// <summary>The service's own broker, or another that it is a client of.</summary>
    private static void AddBroker(IServiceCollection services, CloudOptions options, Resources resources)
    {
        services.AddSingleton(new SessionStore(resources.Database, options.MaxStoredBytes, resources.Time));
        services.AddSingleton(provider => new ReplicaHints(provider.GetService<IReplicaChannel>(), resources.SharedSecret, provider.GetRequiredService<ILogger<ReplicaHints>>()));
        if (options.Broker is ExternalBrokerOptions external)
        {
            services.AddSingleton(provider => new ExternalBroker(
                new BrokerConnection(external, resources.Authority, provider.GetRequiredService<AwsClients>(), options.Region, resources.Watch, resources.Time), external, provider.GetRequiredService<ISharedWork>(), resources.Time, provider.GetRequiredService<ILogger<ExternalBroker>>()));
            services.AddSingleton<IDeviceBroker>(provider => provider.GetRequiredService<ExternalBroker>());
            services.AddSingleton<IReplicaChannel>(provider => provider.GetRequiredService<ExternalBroker>());
            services.AddSingleton<IRetainedMessages, BrokersRetained>();
        }
        else
        {
            services.AddSingleton<GatewayConnectionHandler>();
            services.AddSingleton<RetainedStore>();
            services.AddSingleton<IRetainedMessages>(provider => provider.GetRequiredService<RetainedStore>());
            services.AddSingleton<IDeviceBroker>(provider => new MqttBroker(
                provider.GetRequiredService<GatewayConnectionHandler>(),
                provider.GetRequiredService<IConnectionAuthenticator>(),
                provider.GetRequiredService<RetainedStore>(),
                provider.GetRequiredService<SessionStore>(),
                options,
                resources.Time,
                provider.GetRequiredService<ILogger<MqttBroker>>()));
        }

        services.AddSingleton<IMessageBus>(provider => provider.GetRequiredService<IDeviceBroker>());
        services.AddSingleton<IConnectivity>(provider => provider.GetRequiredService<IDeviceBroker>());
    }

    /// <summary>What is deleted after its time.</summary>
    private static void AddRetention(IServiceCollection services, CloudOptions options)
    {
        services.AddHostedService<RetentionService>();
        AddPart<AuditTrail>(services, "audit entries", (audit, times, token) => audit.TrimAsync(times.Before, token));
        AddPart<ProvisioningService>(
            services, "certificates that were not provisioned", (provisioning, _, _) => provisioning.SweepAsync());
        AddPart<CampaignBook>(
            services,
            "reports of campaigns that are over",
            (campaigns, times, token) => campaigns.TrimAsync(times.Before, token));
        AddPart<DeliveryStore>(services, "dead letters", (store, times, token) => store.TrimAsync(times.Before, token));
        AddPart<SessionStore>(
            services, "messages of expired sessions", (store, times, token) => store.TrimAsync(times.Now, token));
        AddPart<IShadowStore>(
            services,
            "versions of deleted shadows",
            (store, times, token) => store.TrimAsync((times.Now / 1000) - ShadowService.VersionSeconds, token));
        string files = Path.Combine(options.DataFolder, FileAction.Folder);
        services.AddSingleton(new RetentionPart(
            "files written by rules",
            (times, _) => Task.FromResult(RetentionService.DeleteFiles(files, times.Before))));
    }

    private static void AddPart<T>(
        IServiceCollection services, string what, Func<T, RetentionTimes, CancellationToken, Task<int>> deleteAsync)
        where T : notnull => services.AddSingleton(provider =>
        {
            T owner = provider.GetRequiredService<T>();
            return new RetentionPart(what, (times, token) => deleteAsync(owner, times, token));
        });

    private static IImageStore OpenImageStore(IServiceProvider services, CloudOptions options, Resources resources)
    {
        if (options.FirmwareBucket is not string bucket)
        {
            if (options is { Tables: not null, Broker: not null })
            {
                LogImagesAreHere(services.GetRequiredService<ILogger<CloudService>>());
            }

            return services.GetRequiredService<FolderImageStore>();
        }

        AwsClients aws = services.GetRequiredService<AwsClients>();
        return aws.Has("s3")
            ? new S3ImageStore(aws.S3, bucket, options.UrlLifetime, resources.Time)
            : throw new CloudException(ErrorCodes.InvalidRequest, AwsClients.Missing("The bucket of images") + ".");
    }

    /// <summary>One store a feature: in the data folder, or in DynamoDB.</summary>
    private static void AddStores(IServiceCollection services, CloudOptions options)
    {
        if (options.Tables is not string prefix)
        {
            services.AddSingleton<IRecordBackend, SqliteRecords>();
            services.AddSingleton<IShadowStore, SqliteShadowStore>();
            services.AddSingleton<ICampaignStore, SqliteCampaignStore>();
            services.AddSingleton<ISharedWork, SoleWork>();
            return;
        }

        services.AddSingleton(provider => provider.GetRequiredService<AwsClients>() is AwsClients aws && aws.Has("dynamodb")
            ? new DynamoDbDatabase(aws.DynamoDb, prefix)
            : throw new CloudException(ErrorCodes.InvalidRequest, AwsClients.Missing("The store in DynamoDB") + "."));
        services.AddSingleton<DynamoDbRecords>();
        services.AddSingleton<IRecordBackend>(provider => provider.GetRequiredService<DynamoDbRecords>());
        services.AddSingleton<DynamoDbShadowStore>();
        services.AddSingleton<IShadowStore>(provider => provider.GetRequiredService<DynamoDbShadowStore>());
        services.AddSingleton<ICampaignStore>(provider => new DynamoDbCampaignStore(provider.GetRequiredService<DynamoDbDatabase>(), options.AwsIot is null ? null : s_ruleHead, provider.GetRequiredService<DynamoDbRecords>()));
        services.AddSingleton<ILeaseStore, DynamoDbLeaseStore>();
        services.AddSingleton(provider => new LeasedWork(
            provider.GetRequiredService<ILeaseStore>(), provider.GetRequiredService<TimeProvider>(), TimeSpan.FromSeconds(options.LeaseSeconds), provider.GetRequiredService<ILogger<LeasedWork>>()));
        services.AddSingleton<ISharedWork>(provider => provider.GetRequiredService<LeasedWork>());
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "open files: soft limit {Before}, raised to {After}; connections: {Total} in total, {PerListener} per listener, {PerAddress} per address, {Handshakes} before TLS completes")]
    private static partial void LogLimits(ILogger logger, long? before, long? after, int total, int perListener, int perAddress, int handshakes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "images are in the data folder of this replica, and other replicas cannot read them; use --firmware-bucket")]
    private static partial void LogImagesAreHere(ILogger logger);
}
