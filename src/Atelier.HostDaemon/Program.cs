using System.Collections;
using System.Runtime.InteropServices;
using Atelier.HostDaemon;
using Atelier.Protocol.Layout;
using Microsoft.Extensions.Logging.Console;

const int WrongUsage = 2;
const int AlreadyRunning = 3;

var endsWorkers = args is ["end-workers", ..];
if (DaemonOptions.Read(endsWorkers ? args[1..] : args, out var problem) is not { } options)
{
    await Console.Error.WriteLineAsync($"{problem}\n\n{DaemonOptions.Usage}");
    return WrongUsage;
}

Directory.CreateDirectory(options.Data.Path);
using var ownership = DataFolderLock.TryTake(options.Data, out var owner);
if (ownership is null)
{
    var process = owner is { } pid ? $"process {pid}" : "another process";
    await Console.Error.WriteLineAsync(
        $"The data folder {options.Data.Path} has a host daemon already ({process}); end that one first, or use another folder.");
    return AlreadyRunning;
}

using var logs = LoggerFactory.Create(logging => logging
    .SetMinimumLevel(endsWorkers ? LogLevel.Warning : LogLevel.Information) // then a person reads along
    .AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        console.ColorBehavior = LoggerColorBehavior.Disabled;
    }));
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

var environment = Environment.GetEnvironmentVariables()
    .Cast<DictionaryEntry>()
    .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
await using var daemon = new Daemon(options, environment, TimeProvider.System, logs);
if (endsWorkers)
{
    await daemon.EndWorkersAsync();
    return 0;
}

ProcessRecord.OfThisProcess(ProcessRecord.Daemon, address: null).Write(options.Data);
await daemon.RunAsync(stop.Token);
return 0;
