using System.Reflection;

[assembly: AssemblyTitle("BadApplications")]
[assembly: AssemblyVersion("2.0.0.0")]
