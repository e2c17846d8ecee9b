using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(System.Collections.Queue))]
[assembly: TypeForwardedTo(typeof(System.Collections.Stack))]
