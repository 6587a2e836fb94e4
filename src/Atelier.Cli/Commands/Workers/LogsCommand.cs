using System.CommandLine;
using Atelier.Client.Workers;

namespace Atelier.Cli.Commands.Workers;

/// <summary><c>atelier logs WORKER [--from OFFSET] [--follow]</c>: the kept output, byte for byte.</summary>
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
            await PrintAsync(attachment, run.Value(from), run.Value(follow), cancellationToken);
        });
    }

    private static async Task PrintAsync(WorkerAttachment attachment, long from, bool follow, CancellationToken cancellationToken)
    {
        await using var output = Console.OpenStandardOutput();
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
                    Output.Problem($"[bytes {gap.From} to {gap.To} are not kept]");
                    printed = gap.To;
                    break;
                case WorkerEvent.Output bytes:
                    await output.WriteAsync(bytes.Bytes, cancellationToken);
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
