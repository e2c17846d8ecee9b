using System.Reflection;

[assembly: AssemblyTitle("LoaderHost")]
[assembly: AssemblyVersion("1.0.0.0")]
