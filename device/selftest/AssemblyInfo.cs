using System.Reflection;

[assembly: AssemblyTitle("SelfTest")]
[assembly: AssemblyVersion("1.0.0.0")]
