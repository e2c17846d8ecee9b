using System.Reflection;

[assembly: AssemblyTitle("ProvisioningBoard")]
[assembly: AssemblyVersion("1.0.0.0")]
