namespace NanoIoT.Cloud.Rest;

/// <summary>A feature's operations.</summary>
public interface IOperationSource
{
    /// <summary>The operations.</summary>
    IEnumerable<Operation> Operations { get; }
}
