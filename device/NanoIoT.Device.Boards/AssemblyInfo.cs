using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device.Boards")]
[assembly: AssemblyVersion("0.1.0.0")]
