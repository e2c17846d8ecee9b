using System.IO.Pipelines;

namespace NanoIoT.Cloud.Gateway;

/// <summary>A connection's transport with another output.</summary>
/// <param name="Input">What the client sends.</param>
/// <param name="Output">What the client is sent.</param>
internal sealed record OutputPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
