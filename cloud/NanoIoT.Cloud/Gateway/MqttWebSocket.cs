using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Gateway.Authentication;
using NanoIoT.Cloud.Gateway.Authorization;

namespace NanoIoT.Cloud.Gateway;

/// <summary>MQTT over WebSocket, at <c>/mqtt</c>.</summary>
internal static class MqttWebSocket
{
    /// <summary>Maps the endpoint.</summary>
    /// <param name="routes">Where to.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = new OwnEndpoints(routes);
        all.MapConnectionHandler<GatewayConnectionHandler>("/mqtt", dispatcher =>
            {
                dispatcher.Transports = HttpTransportType.WebSockets;
                dispatcher.WebSockets.SubProtocolSelector = offered =>
                    offered.FirstOrDefault(name => name.StartsWith("mqtt", StringComparison.OrdinalIgnoreCase))!;
            })
            .RequireAuthorization(Policies.Connect)
            .WithMetadata(new AcceptsSignedQuery());

        // The framework also maps /mqtt/negotiate, which is SignalR's.
        routes.DataSources.Add(new DefaultEndpointDataSource(all.DataSources
            .SelectMany(source => source.Endpoints)
            .Where(endpoint => endpoint.Metadata.GetMetadata<NegotiateMetadata>() is null)));
    }

    /// <summary>Keeps endpoints that are mapped apart from those of the application.</summary>
    private sealed class OwnEndpoints(IEndpointRouteBuilder routes) : IEndpointRouteBuilder
    {
        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IServiceProvider ServiceProvider => routes.ServiceProvider;

        public IApplicationBuilder CreateApplicationBuilder() => routes.CreateApplicationBuilder();
    }
}
