using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("System.Net.Http")]
[assembly: InternalsVisibleTo("nanoFramework.M2Mqtt")]
