using System.Reflection;
using System.Runtime.CompilerServices;

[assembly: AssemblyTitle("NanoIoT.Device")]
[assembly: AssemblyVersion("0.1.0.0")]

// Keys and signing requests compute with the curve that verifies; a second copy of it would cost eight kilobytes of flash.
[assembly: InternalsVisibleTo("NanoIoT.Device.Provisioning")]
