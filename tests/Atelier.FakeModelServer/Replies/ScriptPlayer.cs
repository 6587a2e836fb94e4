using System.Collections.Concurrent;
using System.Collections.Immutable;
using Atelier.FakeModelServer.Events;
using Atelier.FakeModelServer.Scripts;

namespace Atelier.FakeModelServer.Replies;

internal sealed class RefusedException(int status, string words = "The script refuses this request.") : Exception(words)
{
    public int Status { get; } = status;
}

internal sealed class CutException : Exception;

/// <summary>Plays one answer of a script into a reply.</summary>
/// <remarks>
/// Where a conversation stands is read from the request itself, so a server that was restarted goes on in the right place.
/// The one thing remembered is how often a step has refused or cut a request.
/// </remarks>
internal sealed class ScriptPlayer(Signals signals, TimeProvider time)
{
    private const string NothingToDo = "There is nothing left to do.";
    private const string Title = "Scripted session";

    private readonly ConcurrentDictionary<(string Script, int Step), int> _failures = [];

    /// <summary>The steps that answer a request.</summary>
    public static (string Script, ImmutableArray<(int Index, ScriptStep Step)> Steps) StepsFor(
        ModelRequest request, Func<string, string> readFile)
    {
        switch (request.Purpose)
        {
            case RequestPurpose.Title:
                return Saying(Title);
            case RequestPurpose.Summary:
                return Saying(ScriptedSummary.For(request));
            case RequestPurpose.Structured:
                return Saying(SchemaAnswer.For(request.AnswerSchema)?.ToJsonString() ?? "null");
            default:
                var position = request.Position(readFile);
                var steps = position?.Script.AnswerAfter(position.Value.ToolResults) ?? [];
                return steps.IsEmpty ? Saying(NothingToDo) : (position!.Value.Script.Text, steps);
        }
    }

    public async Task PlayAsync(
        string script,
        ImmutableArray<(int Index, ScriptStep Step)> steps,
        ModelRequest request,
        IReply reply,
        Action<ModelEventKind, string?> happened,
        CancellationToken cancellationToken)
    {
        var performance = new Performance(request, reply, happened, time);
        foreach (var (index, step) in steps)
        {
            switch (step)
            {
                case ScriptStep.Refuse refuse when IsDue(script, index, refuse.Times):
                    throw new RefusedException(refuse.Status);
                case ScriptStep.Overflow overflow when IsDue(script, index, overflow.Times):
                    throw new RefusedException(StatusCodes.Status400BadRequest, "prompt is too long: there are more tokens than the maximum context length");
                case ScriptStep.Cut cut when IsDue(script, index, cut.Times):
                    throw new CutException();
                case ScriptStep.WaitFor wait:
                    happened(ModelEventKind.Waiting, wait.Signal);
                    await signals.WaitAsync(wait.Signal, cancellationToken);
                    break;
                default:
                    await performance.PlayAsync(step, cancellationToken);
                    break;
            }
        }

        await performance.FinishAsync(cancellationToken);
    }

    private static (string, ImmutableArray<(int, ScriptStep)>) Saying(string text) =>
        (text, [(0, new ScriptStep.Say(text))]);

    private bool IsDue(string script, int step, int times) =>
        _failures.AddOrUpdate((script, step), 1, (_, before) => before + 1) <= times;
}
