using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device.Loader")]
[assembly: AssemblyVersion("0.1.0.0")]
