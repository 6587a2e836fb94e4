using System.CommandLine;
using Atelier.Cli.Attaching;
using Atelier.Client.Workers;

namespace Atelier.Cli.Commands.Workers;

/// <summary><c>atelier attach WORKER</c>: the worker's terminal in ours.</summary>
internal static class AttachCommand
{
    private const char ControlOffset = '@';

    public static Command Make()
    {
        var worker = new Argument<string>("worker") { Description = WorkerNames.Description };
        var detach = new Option<char>("--detach-key") { Description = "Ctrl and this key leave the worker running (default: ])", DefaultValueFactory = _ => ']' };
        return new Command("attach", "Use a worker's terminal here") { worker, detach }.Runs(async (run, cancellationToken) =>
        {
            if (run.Output.IsJson)
            {
                throw new CliProblemException("attach is a terminal, which is no JSON. For the output as JSON: atelier logs WORKER --json --follow", ExitCodes.Usage);
            }

            var key = char.ToUpperInvariant(run.Value(detach));
            if (key is < ControlOffset or > '_')
            {
                throw new CliProblemException("The detach key is a letter or one of @ [ \\ ] ^ _", ExitCodes.Usage);
            }

            var found = await WorkerNames.FindAsync(run.Api, run.Value(worker), cancellationToken);
            Output.Problem($"[{found.Worker.Name}; Ctrl-{key} leaves it running]");
            await using var attachment = new WorkerAttachment(
                run.Api,
                found.Session.Id,
                found.Worker.Id,
                new WorkerAttachOptions(From: null, Epoch: null, All: false, Client: $"cli-{Guid.NewGuid():N}"),
                run.Time);
            return await new AttachedTerminal(attachment, new DetachKey(key)).RunAsync(cancellationToken);
        });
    }
}
