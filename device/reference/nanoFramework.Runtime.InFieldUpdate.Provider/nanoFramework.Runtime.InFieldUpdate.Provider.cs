// Signatures of nanoFramework.Runtime.InFieldUpdate.Provider 1.0.0.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.0.0.0")]

namespace nanoFramework.Runtime.InFieldUpdate
{
    public interface IUpdateProvider
    {
        bool TryGetOffer(out System.Version version, out int totalLength);
        int Read(int offset, byte[] buffer);
    }
}
