using System.Reflection;

[assembly: AssemblyTitle("NanoIoT.Device.McuBoot")]
[assembly: AssemblyVersion("0.1.0.0")]
