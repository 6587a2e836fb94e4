using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;

namespace Atelier.Server.Agents.Editors;

/// <summary>Asks the editor what the program asks, beside the inbox: whoever answers first has answered, and the others are told that it is over.</summary>
internal sealed class EditorQuestions(EditorConnection connection, EditorWatching around, WorkSessionId workSession) : IDisposable
{
    private readonly Dictionary<RequestId, CancellationTokenSource> _asked = [];
    private readonly SemaphoreSlim _looking = new(1, 1);

    /// <summary>Asks what is open and was not asked yet, and withdraws what is not open any more.</summary>
    public async Task LookAsync(AgentOwner owner)
    {
        await _looking.WaitAsync();
        try
        {
            var maySteer = connection.User is { } user
                && await around.Access.RoleInAsync(user, AgentView.Of(owner.Current), CancellationToken.None) >= Role.Editor;
            var open = maySteer
                ? owner.Current.Requests.FindAll(one => one is { State: RequestState.Open, IsForPerson: true } && one.WorkSessionId == workSession && CanBeAsked(one))
                : [];
            foreach (var (id, asking) in _asked.Where(one => !open.Exists(request => request.Id == one.Key)).ToList())
            {
                _asked.Remove(id);
                await asking.CancelAsync();
                asking.Dispose();
            }

            foreach (var request in open.Where(request => !_asked.ContainsKey(request.Id)))
            {
                var asking = CancellationTokenSource.CreateLinkedTokenSource(connection.Ended);
                _asked[request.Id] = asking;
                _ = AskAsync(owner, request, asking.Token); // its answer comes when it comes
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Asks nothing any more.</summary>
    public async Task WithdrawAsync()
    {
        await _looking.WaitAsync();
        try
        {
            foreach (var asking in _asked.Values)
            {
                await asking.CancelAsync();
                asking.Dispose();
            }

            _asked.Clear();
        }
        finally
        {
            _looking.Release();
        }
    }

    public void Dispose() => _looking.Dispose();

    private bool CanBeAsked(AgentRequest request) =>
        request.What == AgentRequest.Permission || (request.What == AgentRequest.Question && connection.TakesForms && EffectRules.TextIn(request, "mode") != "url");

    private async Task AskAsync(AgentOwner owner, AgentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = request.What == AgentRequest.Permission
                ? Chosen(await SendAsync(EditorMethods.RequestPermission, Question(request, "toolCall", "options"), cancellationToken))
                : Filled(await SendAsync(EditorMethods.Elicit, Question(request, "toolCallId", "mode", "message", "requestedSchema"), cancellationToken));
            if (answer is not null && connection.User is { } user
                && await around.Answering.AnswerAsync(owner, request.Id, answer, user, CancellationToken.None) is { } because)
            {
                EditorConnection.LogNotTaken(around.Logger, request.Id.Value, because);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or JsonRpcEndedException)
        {
            // It is answered, withdrawn, or nobody is there any more: the row says which.
        }
        catch (JsonRpcException cannot)
        {
            EditorConnection.LogNotTaken(around.Logger, request.Id.Value, cannot.Message); // it stays in the inbox
        }
        catch (Exception broken)
        {
            EditorConnection.LogBroke(around.Logger, workSession.Value, broken); // it stays in the inbox
        }
    }

    private Task<JsonElement> SendAsync(string method, JsonElement question, CancellationToken cancellationToken) =>
        connection.Peer.RequestAsync(method, question, EditorJson.Default.JsonElement, EditorJson.Default.JsonElement, cancellationToken);

    private JsonElement Question(AgentRequest request, params ReadOnlySpan<string> members)
    {
        using var payload = JsonDocument.Parse(request.Payload);
        var question = new JsonObject { ["sessionId"] = workSession.Value };
        foreach (var name in members)
        {
            if (payload.RootElement.Member(name) is { ValueKind: not JsonValueKind.Null } member)
            {
                question[name] = JsonNode.Parse(member.Json());
            }
        }

        if (request.What == AgentRequest.Permission && question["toolCall"] is not JsonObject)
        {
            question["toolCall"] = new JsonObject { ["toolCallId"] = request.Id.Value, ["title"] = "Go on?" }; // the protocol wants one
        }

        if (question["toolCall"] is JsonObject call)
        {
            EditorUpdates.ShowTerminals(call);
        }

        question["_meta"] = new JsonObject { ["atelier"] = new JsonObject { ["requestId"] = request.Id.Value } };
        return JsonSerializer.SerializeToElement(question);
    }

    /// <summary>The option that was chosen; null when none was, which is no answer: others may still give one.</summary>
    private static GivenAnswer? Chosen(JsonElement answer) =>
        answer.Member("outcome") is { } outcome && outcome.Member("outcome")?.Text() == "selected" && outcome.Member("optionId")?.Text() is { } option
            ? new GivenAnswer(OptionId: option)
            : null;

    /// <summary>What was filled in; null when the form was put away without a word.</summary>
    private static GivenAnswer? Filled(JsonElement answer) => answer.Member("action")?.Text() switch
    {
        "accept" => new GivenAnswer(Action: "accept", Content: answer.Member("content")),
        "decline" => new GivenAnswer(Action: "decline"),
        _ => null,
    };
}
