// Streams are .NET's: they differ only by members with SpanByte, which device code does not use.
using System.Runtime.CompilerServices;

[assembly: TypeForwardedTo(typeof(System.IO.MemoryStream))]
[assembly: TypeForwardedTo(typeof(System.IO.SeekOrigin))]
[assembly: TypeForwardedTo(typeof(System.IO.Stream))]
