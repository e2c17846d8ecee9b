namespace NanoIoT.Cloud.Gateway.Authentication;

/// <summary>Marks an endpoint that accepts AWS Signature Version 4 in its query, as browsers need for a WebSocket.</summary>
internal sealed class AcceptsSignedQuery;
