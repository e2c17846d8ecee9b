using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device")]
[assembly: AssemblyVersion("0.1.0.0")]
