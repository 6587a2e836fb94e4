using Atelier.FakeModelServer.Events;
using Atelier.FakeModelServer.Scripts;

namespace Atelier.FakeModelServer.Replies;

/// <summary>One answer while it is being given: its pace, what it has cost so far, whether anything has left yet.</summary>
internal sealed class Performance(
    ModelRequest request, IReply reply, Action<ModelEventKind, string?> happened, TimeProvider time)
{
    private bool _hasStarted;
    private bool _hasSpoken;
    private double? _wordsPerSecond;
    private int _outputTokens;
    private int _calls;
    private TokenUsage? _claimed;

    public async Task PlayAsync(ScriptStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ScriptStep.Pace pace:
                _wordsPerSecond = pace.WordsPerSecond;
                break;
            case ScriptStep.Wait wait:
                await Task.Delay(wait.Duration, time, cancellationToken);
                break;
            case ScriptStep.Usage usage:
                _claimed = new TokenUsage(usage.InputTokens, usage.OutputTokens);
                break;
            case ScriptStep.Say say:
                await SpeakAsync((_hasSpoken ? "\n\n" : "") + say.Text, reply.SayAsync, cancellationToken);
                _hasSpoken = true;
                break;
            case ScriptStep.Think think:
                await SpeakAsync(think.Text, reply.ThinkAsync, cancellationToken);
                break;
            case { IsToolCall: true }:
                await CallAsync(step, cancellationToken);
                break;
        }
    }

    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        await reply.FinishAsync(_claimed ?? new TokenUsage(request.InputTokens, _outputTokens), cancellationToken);
        happened(ModelEventKind.Ended, _calls > 0 ? "tools" : "stop");
    }

    private async Task CallAsync(ScriptStep step, CancellationToken cancellationToken)
    {
        var (tool, arguments) = ToolChoice.For(step, request.Tools);
        await StartAsync(cancellationToken);
        _calls++;
        _outputTokens += ModelRequest.CountWords(arguments.ToJsonString());

        // Unique in the conversation, and the same whenever it is played again.
        var id = $"call_{request.AnswerId}_{_calls:d2}";
        await reply.CallAsync(new ToolCall(id, tool, arguments, (step as ScriptStep.BrokenCall)?.Text), cancellationToken);
        happened(ModelEventKind.ToolCalled, tool);
    }

    private async Task SpeakAsync(
        string text, Func<string, CancellationToken, Task> speak, CancellationToken cancellationToken)
    {
        _outputTokens += ModelRequest.CountWords(text);
        await StartAsync(cancellationToken);
        if (_wordsPerSecond is not { } pace)
        {
            await speak(text, cancellationToken);
            return;
        }

        foreach (var word in Words(text))
        {
            await speak(word, cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1 / pace), time, cancellationToken);
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_hasStarted)
        {
            return;
        }

        _hasStarted = true;
        await reply.StartAsync(cancellationToken);
        happened(ModelEventKind.FirstOutput, null);
    }

    /// <summary>The text cut before each blank, so that the pieces together are the text.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]) && !char.IsWhiteSpace(text[at - 1]))
            {
                yield return text[start..at];
                start = at;
            }
        }

        yield return text[start..];
    }
}
