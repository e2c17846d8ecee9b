using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.Native
{
    /// <summary>Thrown where an execution constraint runs out.</summary>
    public class ConstraintException : System.Exception
    {
    }
}
