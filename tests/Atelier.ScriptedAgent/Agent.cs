using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atelier.AgentScripts.Playing;
using Atelier.AgentScripts.Scripts;
using Atelier.Protocol.JsonRpc;

namespace Atelier.AgentScripts;

/// <summary>An agent that speaks the Agent Client Protocol and does what its script says, well or ill behaved.</summary>
/// <remarks>
/// It works on plain JSON and keeps no rule of JSON-RPC by itself, so that a script can break each of them. Requests begin in the
/// order in which they come, and are played beside each other.
/// </remarks>
internal sealed class Agent(AgentFolder folder, Script script, Transcript transcript, Output output)
{
    private const int LongestLine = 64 << 20;
    private const int InternalError = -32603;

    private readonly ConcurrentDictionary<string, Conversation> _conversations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Request> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<Reaction, int> _taken = [];

    /// <summary>Works until its input ends.</summary>
    public async Task RunAsync(Stream input)
    {
        var questions = new Questions(output);
        var gates = new Gates(folder, transcript, TimeProvider.System);
        var answers = new UsualAnswers(folder, script);
        await using var lines = new LineMessages(input, Stream.Null, LongestLine);
        while (await lines.ReceiveAsync(CancellationToken.None) is { } line)
        {
            if (Read(line) is not { } message)
            {
                continue;
            }

            transcript.Add("received", message);
            if (message["method"] is null)
            {
                if (!questions.Settle(message))
                {
                    transcript.Add("violation", detail: "An answer to nothing that is asked.");
                }
            }
            else if (message["id"] is null)
            {
                Take((string?)message["method"], message["params"] as JsonObject ?? []);
            }
            else
            {
                Begin(new Request(message, output), answers, questions, gates);
            }
        }

        transcript.Add("input-ended");
    }

    private JsonObject? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            if (JsonNode.Parse(line.Span) is JsonObject message)
            {
                return message;
            }
        }
        catch (JsonException)
        {
            // Told below, as any other text that is no message.
        }

        transcript.Add("unreadable", detail: Encoding.UTF8.GetString(line.Span));
        return null;
    }

    private void Take(string? method, JsonObject parameters)
    {
        if (method == "session/cancel" && _conversations.TryGetValue((string?)parameters["sessionId"] ?? "", out var conversation))
        {
            // Not waited for: what waited for the cancel would go on in the reading loop.
            _ = conversation.CancelTurnAsync();
        }
        else if (method == "$/cancel_request" && _requests.TryGetValue(parameters["requestId"]?.ToJsonString() ?? "", out var request))
        {
            _ = request.Cancelling.CancelAsync();
        }
    }

    private void Begin(Request request, UsualAnswers answers, Questions questions, Gates gates)
    {
        var refusal = answers.Begin(request);
        if (refusal is null && (string?)request.Parameters["sessionId"] is { } id)
        {
            request.Conversation = Find(id);
            refusal = UsualAnswers.BeginTurn(request);
        }

        if (request.Conversation is { } conversation)
        {
            _conversations.TryAdd(conversation.Id, conversation);
        }

        if (refusal?.Code == UsualAnswers.TurnInFlight)
        {
            transcript.Add("violation", detail: refusal.Value.Message);
            request.Fail(refusal.Value.Code, refusal.Value.Message);
            return;
        }

        // A script may answer what the agent itself would refuse.
        var reaction = Choose(request);
        if (refusal is { } why && reaction is null)
        {
            request.Fail(why.Code, why.Message);
            return;
        }

        _requests[request.IdText] = request;
        _ = Task.Run(() => PlayAsync(request, new Play(request, reaction, answers, output, questions, gates)));
    }

    private async Task PlayAsync(Request request, Play play)
    {
        try
        {
            await play.RunAsync();
        }
        catch (Exception fault)
        {
            transcript.Add("violation", detail: fault.ToString());
            request.Fail(InternalError, fault.Message);   // of the script's; the test that gets it sees why
        }
        finally
        {
            _requests.TryRemove(request.IdText, out _);
        }
    }

    // Another process may have made it.
    private Conversation? Find(string id) =>
        _conversations.TryGetValue(id, out var known) ? known : Conversation.Find(folder, id);

    private Reaction? Choose(Request request)
    {
        var text = TranscriptEntry.TextOf(request.Parameters);
        var chosen = script.Reactions.FirstOrDefault(reaction =>
            reaction.Method == request.Method
            && (reaction.Run is null || reaction.Run == transcript.Run)
            && (reaction.Times is null || _taken.GetValueOrDefault(reaction) < reaction.Times)
            && (reaction.Match is null || Regex.IsMatch(text, reaction.Match, RegexOptions.None, TimeSpan.FromSeconds(1))));
        if (chosen is not null)
        {
            _taken[chosen] = _taken.GetValueOrDefault(chosen) + 1;
        }

        return chosen;
    }
}
