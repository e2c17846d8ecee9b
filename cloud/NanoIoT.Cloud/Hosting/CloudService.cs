using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NanoIoT.Cloud.AwsIot;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Campaigns;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Gateway;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Identity.Provisioning;
using NanoIoT.Cloud.Identity.Users;
using NanoIoT.Cloud.Registry;
using NanoIoT.Cloud.Registry.Search;
using NanoIoT.Cloud.Replicas;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules;
using NanoIoT.Cloud.Rules.Actions;
using NanoIoT.Cloud.Shadows;
using NanoIoT.Cloud.Shadows.Stores;
using NanoIoT.Cloud.Storage;
using NanoIoT.Cloud.Storage.DynamoDb;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Hosting;

/// <summary>The whole service on Kestrel: MQTT over mutual TLS on one port, HTTPS on another.</summary>
public sealed class CloudService : IAsyncDisposable
{
    private static readonly JsonSerializerOptions s_readyJson = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly WebApplication _application;
    private readonly CloudOptions _options;
    private readonly Resources _resources;

    private CloudService(CloudOptions options, Resources resources, WebApplication application)
    {
        _options = options;
        _resources = resources;
        _application = application;
    }

    /// <summary>How to reach it.</summary>
    public required ReadyInfo Ready { get; init; }

    /// <summary>The data folder.</summary>
    public string DataFolder => _options.DataFolder;

    /// <summary>The registry.</summary>
    public IRegistry Registry => _application.Services.GetRequiredService<IRegistry>();

    /// <summary>The shadows.</summary>
    public IShadowService Shadows => _application.Services.GetRequiredService<IShadowService>();

    /// <summary>The firmware.</summary>
    public IFirmwareRepository Firmware => _application.Services.GetRequiredService<IFirmwareRepository>();

    /// <summary>Where the bytes of images lie.</summary>
    public IImageStore Images => _application.Services.GetRequiredService<IImageStore>();

    /// <summary>The campaigns.</summary>
    public ICampaignService Campaigns => _application.Services.GetRequiredService<ICampaignService>();

    /// <summary>The built-in CA.</summary>
    public CertificateAuthority Authority => _resources.Authority;

    /// <summary>The public half of the firmware key, as boards hold it: 130 hexadecimal digits.</summary>
    public string PublicKeyHex => Convert.ToHexStringLower(_resources.Key.PublicPoint);

    /// <summary>What runs rules.</summary>
    public RuleEngine Rules => _application.Services.GetRequiredService<RuleEngine>();

    /// <summary>Runs a live query until it is given up.</summary>
    /// <param name="sql">A statement of AWS IoT SQL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Topics and results as they come, and how many were left out before each because the reader was slow.</returns>
    public IAsyncEnumerable<(string Topic, ReadOnlyMemory<byte> Result, long Dropped)> QueryAsync(string sql, CancellationToken cancellationToken) =>
        _application.Services.GetRequiredService<RuleBook>().TailAsync(sql, "2016-03-23", cancellationToken);

    /// <summary>Certificates and policies.</summary>
    public IdentityStore Identities => _application.Services.GetRequiredService<IdentityStore>();

    /// <summary>Provisioning templates and claims.</summary>
    public ProvisioningService Provisioning => _application.Services.GetRequiredService<ProvisioningService>();

    /// <summary>Users of the API.</summary>
    public UserDirectory Users => _application.Services.GetRequiredService<UserDirectory>();

    /// <summary>The operations of AWS's REST interface.</summary>
    public OperationCatalog Operations => _application.Services.GetRequiredService<OperationCatalog>();

    /// <summary>The endpoints and their policies.</summary>
    internal EndpointTable Endpoints => _application.Services.GetRequiredService<EndpointTable>();

    /// <summary>The audit log.</summary>
    internal AuditTrail Audit => _application.Services.GetRequiredService<AuditTrail>();

    /// <summary>What principals may do.</summary>
    public AccessControl Access => _application.Services.GetRequiredService<AccessControl>();

    /// <summary>Publishing as the service.</summary>
    public IMessageBus MessageBus => _application.Services.GetRequiredService<IMessageBus>();

    /// <summary>Retained messages.</summary>
    public IRetainedMessages Retained => _application.Services.GetRequiredService<IRetainedMessages>();

    /// <summary>Who is connected.</summary>
    public IConnectivity Connectivity => _application.Services.GetRequiredService<IConnectivity>();

    /// <summary>Its parts, for tests.</summary>
    internal IServiceProvider Services => _application.Services;

    /// <summary>Starts the service; all is listening when the task ends.</summary>
    /// <param name="options">How.</param>
    /// <param name="configureLogging">Where its log goes, or null for nowhere.</param>
    /// <param name="time">The clock, or null for the machine's.</param>
    /// <returns>The service.</returns>
    /// <exception cref="CloudException">The folder or a port cannot be used.</exception>
    public static async Task<CloudService> StartAsync(CloudOptions options, Action<ILoggingBuilder>? configureLogging = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = await AwsIotAddress.ResolveAsync(options).ConfigureAwait(false);
        Resources resources = Resources.Open(options, time ?? TimeProvider.System);
        WebApplication? application = null;
        try
        {
            await resources.OpenKeyAsync(options).ConfigureAwait(false);
            application = Create(options, resources, configureLogging);
            IServiceProvider services = application.Services;
            await services.GetRequiredService<IRecordBackend>().OpenAsync().ConfigureAwait(false);
            await services.GetRequiredService<IShadowStore>().OpenAsync(CancellationToken.None).ConfigureAwait(false);
            await RequireCurrentAsync(services.GetRequiredService<IRecordBackend>(), options).ConfigureAwait(false);
            await ServiceIdentity.CheckAsync(services.GetRequiredService<RecordStore>(), services.GetRequiredService<UserDirectory>(), options, resources).ConfigureAwait(false);
            Map(application, options, resources);
            FirstCredentials credentials = await OpenIdentitiesAsync(services, options).ConfigureAwait(false);
            IDeviceBroker broker = services.GetRequiredService<IDeviceBroker>();
            broker.AddHandler(services.GetRequiredService<UrlHandler>());
            await ConnectFleetAsync(services, broker, options).ConfigureAwait(false);
            await services.GetRequiredService<CampaignEngine>().OpenAsync().ConfigureAwait(false);
            ConnectReplicas(services);
            await services.GetRequiredService<RuleHost>().StartAsync(broker).ConfigureAwait(false);
            await broker.StartAsync().ConfigureAwait(false);
            await services.GetRequiredService<ISharedWork>().StartAsync().ConfigureAwait(false);
            await application.StartAsync().ConfigureAwait(false);
            services.GetRequiredService<IRecordBackend>().Follow();
            ReadyInfo ready = Describe(options, resources, application, credentials);
            services.GetRequiredService<RuleHost>().StartDeliveries();
            services.GetService<AwsIotLooks>()?.Start();
            services.GetRequiredService<DynamicGroups>().Start();
            await services.GetRequiredService<CampaignEngine>().StartAsync().ConfigureAwait(false);
            PrivateFile.Write(Path.Combine(options.DataFolder, "service.json"), JsonSerializer.Serialize(ready, s_readyJson));
            resources.Complete();
            services.GetRequiredService<ServiceHealth>().Start(resources.Unprotected);
            return new CloudService(options, resources, application) { Ready = ready };
        }
        catch (Exception exception)
        {
            if (application is not null)
            {
                await application.DisposeAsync().ConfigureAwait(false);
            }

            await resources.DisposeAsync().ConfigureAwait(false);
            if (exception is CloudException { Code: ErrorCodes.KeysMismatch or ErrorCodes.DataMissing })
            {
                resources.Undo();
            }

            if (ExplainStart(exception, options) is CloudException explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Writes a ready file, whole.</summary>
    /// <param name="path">The file.</param>
    public void WriteReadyFile(string path) => PrivateFile.Write(path, JsonSerializer.Serialize(Ready, s_readyJson));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        File.Delete(Path.Combine(_options.DataFolder, "service.json"));

        // Live queries end first: they would hold the stop until its time limit.
        _application.Lifetime.StopApplication();
        await _application.Services.GetRequiredService<ServiceHealth>().DisposeAsync().ConfigureAwait(false);
        await _application.Services.GetRequiredService<CampaignEngine>().DisposeAsync().ConfigureAwait(false);
        if (_application.Services.GetRequiredService<ISharedWork>() is LeasedWork leased)
        {
            await leased.DisposeAsync().ConfigureAwait(false);
        }

        if (_application.Services.GetService<AwsIotLooks>() is AwsIotLooks looks)
        {
            await looks.DisposeAsync().ConfigureAwait(false);
        }

        await _application.Services.GetRequiredService<ReplicaHints>().DisposeAsync().ConfigureAwait(false);
        await _application.Services.GetRequiredService<DynamicGroups>().DisposeAsync().ConfigureAwait(false);
        await _application.Services.GetRequiredService<IDeviceBroker>().DisposeAsync().ConfigureAwait(false);
        await _application.Services.GetRequiredService<RuleHost>().StopAsync().ConfigureAwait(false);
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
        await _resources.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The error of a start that failed, as one with a code; null where it has one, or no code fits.</summary>
    private static CloudException? ExplainStart(Exception exception, CloudOptions options) => exception switch
    {
        CloudException { Code: ErrorCodes.DiskFull } => FileAccessErrors.Full($"the data folder {options.DataFolder} cannot be written", exception),
        CloudException => null,
        SqliteException database => SqliteDatabase.Explain(Path.Combine(options.DataFolder, FolderGuard.Database), database),
        IOException { InnerException: AddressInUseException } or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied } =>
            new CloudException(
                ErrorCodes.PortTaken,
                $"Port {options.MqttPort} (MQTT) or {options.HttpsPort} (HTTPS) cannot be listened on: {exception.Message}",
                exception),

        // Others may be of the network.
        Exception other when FileAccessErrors.IsFull(other) || FileAccessErrors.IsDenied(other) => FileAccessErrors.Explain("data folder", options.DataFolder, other),
        _ => null,
    };

    /// <summary>Refuses tables that were moved elsewhere; a folder says so in its manifest.</summary>
    private static async Task RequireCurrentAsync(IRecordBackend store, CloudOptions options)
    {
        if (!options.ForceStale && await store.MovedToAsync(CancellationToken.None).ConfigureAwait(false) is string target)
        {
            throw FolderGuard.Moved($"the tables {options.Tables}*", target);
        }
    }

    private static WebApplication Create(CloudOptions options, Resources resources, Action<ILoggingBuilder>? configureLogging)
    {
        // Neither the folder nor the environment it is started from configures the service: its options do.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "NanoIoT.Cloud", ContentRootPath = options.DataFolder });
        configureLogging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel((_, kestrel) => Listeners.Configure(kestrel, options, resources));
        builder.Services.AddRoutingCore();
        ServiceRegistration.Add(builder.Services, options, resources);
        return builder.Build();
    }

    private static void Map(WebApplication application, CloudOptions options, Resources resources)
    {
        resources.Logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger<CloudService>();
        resources.Trust = application.Services.GetRequiredService<CertificateTrust>();
        application.UseMiddleware<ApiErrors>();
        application.Use((context, next) => RequestPath.UseAsync(context, next));
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        if (options.AwsIot is not null)
        {
            AwsIotMode.Use(application);
        }

        application.UseMiddleware<CallerActor>();
        MapEndpoints(application, options, resources);
        application.Services.GetRequiredService<EndpointTable>().Validate();
    }

    private static void MapEndpoints(WebApplication application, CloudOptions options, Resources resources)
    {
        var access = new EndpointAccess(application);
        ServiceApi.Map(access, options, resources);
        ThingApi.Map(access);
        UserApi.Map(access);
        ProvisionApi.Map(access);
        FirmwareApi.Map(access);
        CampaignApi.Map(access);
        RuleApi.Map(access);
        OperationEndpoints.Map(application, application.Services.GetRequiredService<OperationCatalog>());
        if (options.Broker is null)
        {
            MqttWebSocket.Map(application);
        }
    }

    /// <summary>Makes users, policies and templates that every service has.</summary>
    private static async Task<FirstCredentials> OpenIdentitiesAsync(IServiceProvider services, CloudOptions options)
    {
        FirstCredentials credentials = await services.GetRequiredService<UserDirectory>().OpenFirstAdministratorAsync(options.KeyFolder ?? options.DataFolder).ConfigureAwait(false);
        await services.GetRequiredService<IdentityStore>().CreateBuiltInAsync().ConfigureAwait(false);
        await services.GetRequiredService<ProvisioningService>().CreateBuiltInAsync().ConfigureAwait(false);
        return credentials;
    }

    /// <summary>What keeps registry and shadows: this service, or AWS IoT.</summary>
    private static async Task ConnectFleetAsync(IServiceProvider services, IDeviceBroker broker, CloudOptions options)
    {
        if (options.AwsIot is not null)
        {
            await services.GetRequiredService<AwsIotLooks>().OpenAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }

        broker.AddHandler(services.GetRequiredService<ShadowHandler>());
        broker.AddHandler(services.GetRequiredService<ProvisioningHandler>());
        services.GetRequiredService<IdentityStore>().CertificateDisabled += broker.DisconnectCertificateAsync;
        services.GetRequiredService<UserDirectory>().AccessRevoked += broker.DisconnectUserAsync;
        services.GetRequiredService<UserDirectory>().Deleted += broker.DeleteUserSessionsAsync;
        _ = services.GetRequiredService<AgentShadowSync>();
    }

    /// <summary>Copies of the service on the same tables tell one another what they store.</summary>
    private static void ConnectReplicas(IServiceProvider services)
    {
        ReplicaHints hints = services.GetRequiredService<ReplicaHints>();
        CampaignEngine engine = services.GetRequiredService<CampaignEngine>();
        if (services.GetService<DynamoDbRecords>() is DynamoDbRecords records)
        {
            StoreHints.Connect(hints, records, services.GetRequiredService<DynamoDbShadowStore>());
            void Distrust()
            {
                engine.Distrust();
                records.Distrust();
            }

            services.GetRequiredService<LeasedWork>().MemberGone = Distrust;
            if (services.GetService<IReplicaChannel>() is IReplicaChannel channel)
            {
                channel.Restored = Distrust;
            }
        }

        hints.Start();
    }

    private static ReadyInfo Describe(CloudOptions options, Resources resources, WebApplication application, FirstCredentials credentials)
    {
        string[] addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        ServiceAddress address = resources.Address;
        Uri api = options.PublicApi ?? new UriBuilder("https", options.Host, new Uri(addresses[^1]).Port).Uri;
        address.Api = api;
        address.Downloads = options.PublicDownloads ?? api;
        if (options.Broker is ExternalBrokerOptions broker)
        {
            address.MqttHost = (broker.BoardAddress ?? broker.Address).Host;
            address.MqttPort = broker.BoardAddress?.Port ?? broker.Port;
        }
        else
        {
            address.MqttHost = options.PublicMqtt?.Host ?? options.Host;
            address.MqttPort = options.PublicMqtt?.Port ?? new Uri(addresses[0]).Port;
        }

        return new ReadyInfo(
            address.BaseUrl,
            $"{address.MqttHost}:{address.MqttPort}",
            Path.Combine(Path.GetFullPath(options.KeyFolder ?? options.DataFolder), "ca.pem"),
            options.Region,
            options.Account,
            credentials.Token,
            credentials.AccessKeyId,
            credentials.SecretAccessKey,
            Environment.ProcessId);
    }
}
