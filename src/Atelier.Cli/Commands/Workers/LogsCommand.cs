using System.CommandLine;
using Atelier.Client.Workers;

namespace Atelier.Cli.Commands.Workers;

/// <summary><c>atelier logs WORKER [--from OFFSET] [--follow]</c>: the kept output, byte for byte, or as lines of JSON.</summary>
internal static class LogsCommand
{
    public static Command Make()
    {
        var worker = new Argument<string>("worker") { Description = WorkerNames.Description };
        var from = new Option<long>("--from") { Description = "Absolute offset in bytes (default: the oldest kept byte)" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as output comes, until the process ends" };
        return new Command("logs", "Print a worker's output") { worker, from, follow }.Runs(async (run, cancellationToken) =>
        {
            var found = await WorkerNames.FindAsync(run.Api, run.Value(worker), cancellationToken);
            await using var attachment = new WorkerAttachment(
                run.Api,
                found.Session.Id,
                found.Worker.Id,
                new WorkerAttachOptions(run.Value(from), Epoch: null, All: true, Client: $"logs-{Guid.NewGuid():N}"),
                run.Time);
            await using var print = run.Output.IsJson ? new LogPrint.AsJson(run.Output) : (LogPrint)new LogPrint.AsItIs(Console.OpenStandardOutput());
            await PrintAsync(attachment, print, run.Value(from), run.Value(follow), cancellationToken);
        });
    }

    private static async Task PrintAsync(
        WorkerAttachment attachment, LogPrint print, long from, bool follow, CancellationToken cancellationToken)
    {
        var end = long.MaxValue;
        var printed = 0L;
        await foreach (var happened in attachment.ReadAsync(cancellationToken))
        {
            switch (happened)
            {
                case WorkerEvent.Attached attached when from > attached.End:
                    throw new CliProblemException($"There is no byte {from} yet: the output ends at {attached.End}.");
                case WorkerEvent.Attached attached:
                    (printed, end) = (attached.Offset, follow ? long.MaxValue : Math.Min(end, attached.End));
                    break;
                case WorkerEvent.Gap gap:
                    print.Gap(gap.From, gap.To);
                    printed = gap.To;
                    break;
                case WorkerEvent.Output bytes:
                    await print.BytesAsync(bytes.Offset, bytes.Bytes, cancellationToken);
                    printed = bytes.Offset + bytes.Bytes.Length;
                    break;
                case WorkerEvent.Exited when follow:
                    return;
                default:
                    break;
            }

            if (printed >= end)
            {
                return;
            }
        }
    }
}

/// <summary>Where printed output goes: byte for byte, or as lines of JSON.</summary>
internal abstract class LogPrint : IAsyncDisposable
{
    public abstract ValueTask BytesAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    public abstract void Gap(long from, long to);

    public abstract ValueTask DisposeAsync();

    public sealed class AsItIs(Stream output) : LogPrint
    {
        public override ValueTask BytesAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            output.WriteAsync(bytes, cancellationToken);

        public override void Gap(long from, long to) => Output.Problem($"[bytes {from} to {to} are not kept]");

        public override ValueTask DisposeAsync() => output.DisposeAsync();
    }

    public sealed class AsJson(Output output) : LogPrint
    {
        private readonly OutputLines _lines = new();

        public override ValueTask BytesAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            Say(_lines.Add(offset, bytes.Span));
            return ValueTask.CompletedTask;
        }

        public override void Gap(long from, long to)
        {
            Say(_lines.End());
            Say(OutputLines.Gap(from, to));
        }

        public override ValueTask DisposeAsync()
        {
            Say(_lines.End());
            return ValueTask.CompletedTask;
        }

        private void Say(string? line)
        {
            if (line is not null)
            {
                output.Line(line);
            }
        }
    }
}
