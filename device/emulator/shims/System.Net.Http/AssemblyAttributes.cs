using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(System.Net.HttpStatusCode))]
[assembly: TypeForwardedTo(typeof(System.Uri))]
[assembly: TypeForwardedTo(typeof(System.UriKind))]
[assembly: TypeForwardedTo(typeof(System.UriHostNameType))]
