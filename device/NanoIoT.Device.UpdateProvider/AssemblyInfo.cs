using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device.UpdateProvider")]
[assembly: AssemblyVersion("0.1.0.0")]
