using System.CommandLine;
using System.Text;
using NanoIoT.Cli.Commands;

Console.OutputEncoding = Encoding.UTF8;

// Ctrl+C lets a command end what it began: a thousand boards take a while.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
return await NanoIoTCommand.RunAsync(args, configuration).ConfigureAwait(false);
