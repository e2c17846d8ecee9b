namespace NanoIoT.Device
{
    /// <summary>Takes desired state.</summary>
    /// <param name="json">A JSON object: all of desired after a connect, or only what changed.</param>
    public delegate void DesiredStateHandler(string json);
}
