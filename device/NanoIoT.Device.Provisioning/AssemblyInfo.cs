using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device.Provisioning")]
[assembly: AssemblyVersion("0.1.0.0")]
