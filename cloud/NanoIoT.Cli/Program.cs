using System.CommandLine;
using System.Text;
using NanoIoT.Cli.Commands;

Console.OutputEncoding = Encoding.UTF8;
ParseResult parsed = NanoIoTCommand.Parse(args);

// Ctrl+C lets a command end what it began: a thousand boards take a while.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
int exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
return parsed.Errors.Count > 0 ? NanoIoT.Cli.ExitCodes.Usage : exitCode;
