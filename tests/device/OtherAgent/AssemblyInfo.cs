using System.Reflection;

[assembly: AssemblyTitle("OtherAgent")]
[assembly: AssemblyVersion("1.0.0.0")]
