using System.Diagnostics;
using System.Text.Json.Nodes;
using Atelier.AgentScripts.Scripts;

namespace Atelier.AgentScripts.Playing;

/// <summary>Plays the steps of a reaction to one request.</summary>
internal sealed class Play(Request request, Reaction? reaction, UsualAnswers answers, Output output, Questions questions, Gates gates)
{
    private static readonly Reaction s_load = new("session/load", [new ScriptStep.Replay()]);
    private bool _ignoresCancel;
    private bool _neverAnswers;

    private CancellationToken Cancelled => _ignoresCancel ? CancellationToken.None : request.Cancelling.Token;

    public async Task RunAsync()
    {
        var plays = reaction ?? (request.Method == s_load.Method ? s_load : new Reaction(request.Method, []));
        try
        {
            await PlayAsync([.. plays.Steps]);
        }
        catch (OperationCanceledException)
        {
            _ignoresCancel = true;
            await PlayAsync([.. plays.OnCancel]);
        }

        if (!request.IsAnswered && !_neverAnswers)
        {
            Answer(new ScriptStep.Answer());
        }
    }

    private async Task PlayAsync(IReadOnlyList<ScriptStep> steps)
    {
        foreach (var step in steps)
        {
            Cancelled.ThrowIfCancellationRequested();
            await PlayAsync(step);
        }
    }

    private async Task PlayAsync(ScriptStep step)
    {
        switch (step)
        {
            case ScriptStep.Say say:
                await SayAsync(say);
                break;
            case ScriptStep.SayMuch much:
                Tell(Chunk("agent_message_chunk", new string('x', much.Letters), messageId: null));
                break;
            case ScriptStep.Update update:
                Tell(questions.Filled(update.Content), update.SessionId);
                break;
            case ScriptStep.Replay:
                Replay();
                break;
            case ScriptStep.Ask ask:
                await AskAsync(ask);
                break;
            case ScriptStep.Tell tell:
                Notify(tell.Method, questions.Filled(tell.Parameters));
                break;
            case ScriptStep.WaitForGate gate:
                await gates.WaitAsync(gate.Name, Cancelled);
                break;
            case ScriptStep.WaitForCancel:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, request.Cancelling.Token);
                break;
            default:
                Do(step);
                break;
        }
    }

    private void Do(ScriptStep step)
    {
        switch (step)
        {
            case ScriptStep.Answer answer:
                Answer(answer);
                break;
            case ScriptStep.Fail fail:
                request.Fail(fail.Code, fail.Message, fail.Details);
                break;
            case ScriptStep.NeverAnswer:
                _neverAnswers = true;
                break;
            case ScriptStep.IgnoreCancel:
                _ignoresCancel = true;
                break;
            case ScriptStep.Raw raw:
                output.Send(raw.Bytes);
                break;
            case ScriptStep.SayOnError error:
                Console.Error.WriteLine(error.Text);
                break;
            case ScriptStep.CloseOutput:
                output.Close();
                break;
            case ScriptStep.Exit exit:
                Environment.Exit(exit.Code);
                break;
            case ScriptStep.Die:
                Process.GetCurrentProcess().Kill();
                break;
            default:
                throw new UnreachableException();
        }
    }

    private async Task SayAsync(ScriptStep.Say say)
    {
        for (var at = 0; at < say.Chunks; at++)
        {
            if (at > 0 && say.Gate is not null)
            {
                await gates.WaitAsync($"{say.Gate}-{at}", Cancelled);
            }

            Cancelled.ThrowIfCancellationRequested();
            var (from, to) = (say.Text.Length * at / say.Chunks, say.Text.Length * (at + 1) / say.Chunks);
            Tell(Chunk(say.Variant, say.Text[from..to], say.MessageId));
        }
    }

    private async Task AskAsync(ScriptStep.Ask ask)
    {
        var asked = questions.Ask(ask.Method, WithSession(questions.Filled(ask.Parameters)), ask.Id);
        if (!ask.Waits)
        {
            return;
        }

        var answer = await asked.WaitAsync(Cancelled);
        if (ask.Tells)
        {
            var said = answer["result"] ?? answer["error"];
            Tell(Chunk("agent_message_chunk", $"{ask.Method}: {said?.ToJsonString() ?? "null"}", messageId: null));
        }
    }

    private void Replay()
    {
        foreach (var update in request.Conversation?.Kept() ?? [])
        {
            Notify("session/update", new JsonObject { ["sessionId"] = request.Conversation!.Id, ["update"] = update.DeepClone() });
        }
    }

    private void Tell(JsonObject update, string? sessionId = null)
    {
        if (sessionId is null)
        {
            request.Conversation?.Keep(update);
        }

        Notify("session/update", new JsonObject { ["sessionId"] = sessionId ?? request.Conversation?.Id ?? "none", ["update"] = update });
    }

    private void Notify(string method, JsonObject parameters) =>
        output.Send(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters });

    private void Answer(ScriptStep.Answer answer)
    {
        if ((answer.Result is { } result ? questions.Filled(result) : answers.For(request)) is { } known)
        {
            request.Answer(known);
        }
        else
        {
            request.Fail(-32601, $"Method not found: {request.Method}");
        }
    }

    private JsonObject WithSession(JsonObject parameters)
    {
        if (!parameters.ContainsKey("sessionId") && request.Conversation is { } conversation)
        {
            parameters.Insert(0, "sessionId", conversation.Id);
        }

        return parameters;
    }

    private static JsonObject Chunk(string variant, string text, string? messageId)
    {
        var chunk = new JsonObject
        {
            ["sessionUpdate"] = variant,
            ["content"] = new JsonObject { ["type"] = "text", ["text"] = text },
        };
        if (messageId is not null)
        {
            chunk["messageId"] = messageId;
        }

        return chunk;
    }
}
