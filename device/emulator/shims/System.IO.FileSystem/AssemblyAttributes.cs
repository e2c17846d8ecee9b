using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(System.IO.FileMode))]
[assembly: TypeForwardedTo(typeof(System.IO.FileAccess))]
[assembly: TypeForwardedTo(typeof(System.IO.FileShare))]
[assembly: TypeForwardedTo(typeof(System.IO.FileAttributes))]
