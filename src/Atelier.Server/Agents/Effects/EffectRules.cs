using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Effects;

/// <summary>What becomes of an agent by what its program wants done; pure.</summary>
internal static class EffectRules
{
    /// <summary>The Agent Client Protocol's own number for what is not there.</summary>
    public const int ResourceNotFound = -32002;

    /// <summary>Says, of reading a file, that who asks only looks what is there: it knows no more of the file than before.</summary>
    public const string Probe = "probe";

    /// <summary>What of a question is told in its event: never contents.</summary>
    private static readonly string[] s_told = ["path", "line", "limit", "terminalId", "command", "cwd"];

    /// <summary>Why something is not done that was just asked for; null when it is.</summary>
    public static string? Refusal(Agent agent, AgentRequest request, bool isCancelled)
    {
        if (isCancelled && request.EndsWhenCancelled)
        {
            return RequestAnswer.Cancelled(request.What);
        }

        return request.What switch
        {
            AgentRequest.ReadFile => TextIn(request, "path") is null ? Invalid("It has no path.") : null,
            AgentRequest.WriteFile => TextIn(request, "path") is null || TextIn(request, "content") is null ? Invalid("It has no path, or no content.") : null,
            AgentRequest.TerminalCreate => TerminalWish.Of(request.Payload) is null ? Invalid("It has no command, or one that cannot be run.") : null,
            _ => Held(agent, request) is null
                ? RequestAnswer.Error(ResourceNotFound, $"There is no terminal {TextIn(request, "terminalId")}, or it was released.")
                : null,
        };
    }

    /// <summary>Something is to be done from now on.</summary>
    public static void Begin(AgentChange change, AgentRequest request)
    {
        if (request.What == AgentRequest.TerminalCreate)
        {
            change.Become(change.Agent with
            {
                Terminals = change.Agent.Terminals.Add(new AgentTerminal
                {
                    Id = AgentTerminal.IdFor(request.Id),
                    Epoch = request.Epoch,
                    OutputByteLimit = TerminalWish.Of(request.Payload)?.OutputByteLimit,
                    CreatedAt = change.Now,
                }),
            });
        }
        else if (request.What == AgentRequest.TerminalRelease && Held(change.Agent, request) is { } terminal)
        {
            change.Become(change.Agent.With(terminal.Released(change.Now)));
        }
    }

    /// <summary>It was done.</summary>
    public static void Performed(AgentChange change, RequestId id, EffectReply reply)
    {
        if (Open(change.Agent, id) is not { } request)
        {
            return; // nobody wants to know any more
        }

        if (reply.Seen is { } hash && request.WorkSessionId is { } workSession && TextIn(request, "path") is { } path && !IsProbe(request))
        {
            if (change.Agent.BuiltInOf(workSession) is { } builtIn)
            {
                change.Become(change.Agent.With(builtIn.Knowing(path, hash)));
            }
            else if (change.Agent.ThreadOf(workSession) is { } thread && path.Length <= SeenFile.MaxPathLength)
            {
                change.Remember(new SeenFile(thread.Id, path, hash));
            }
        }

        Answer(change, request, RequestAnswer.Result(reply.Result), problem: null);
    }

    /// <summary>It cannot be done.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="id">What.</param>
    /// <param name="code">Stable word of the host.</param>
    /// <param name="problem">In words.</param>
    public static void Refused(AgentChange change, RequestId id, string code, string problem)
    {
        if (Open(change.Agent, id) is not { } request)
        {
            return;
        }

        if (request.What == AgentRequest.TerminalCreate && change.Agent.Terminals.Find(one => one.Id == AgentTerminal.IdFor(id)) is { } terminal)
        {
            change.Become(change.Agent.With(terminal.Released(change.Now)));
        }

        if (request is { What: AgentRequest.ReadFile, Epoch: not AgentRequest.OfNoProcess } && code == "not-found" && TakesErrorsForFailures(change.Agent))
        {
            Answer(change, request, RequestAnswer.Result("""{"content":""}"""), problem);
            return;
        }

        Answer(change, request, RequestAnswer.Error(NumberFor(code), problem.Kept()), problem);
    }

    /// <summary>A terminal was ended that nobody held any more.</summary>
    public static void TerminalEnded(AgentChange change, WorkerId id)
    {
        if (change.Agent.Terminals.Find(one => one.Id == id) is not { } terminal)
        {
            return;
        }

        change.Become(change.Agent.With(terminal with { IsEnded = true }));
        foreach (var request in change.Agent.Requests.Where(one => one is { State: RequestState.Open, What: AgentRequest.TerminalRelease } && TextIn(one, "terminalId") == id.Value).ToList())
        {
            Answer(change, request, RequestAnswer.Result("{}"), problem: null);
        }
    }

    /// <summary>A terminal's tab is gone.</summary>
    public static void TerminalRemoved(AgentChange change, WorkerId id) =>
        change.Become(change.Agent with { Terminals = change.Agent.Terminals.RemoveAll(one => one.Id == id) });

    /// <summary>The agent without some open questions: they are answered as cancelled, and what they were about to make is let go.</summary>
    public static Agent Withdraw(Agent agent, Predicate<AgentRequest> which, Func<AgentRequest, string> answer, DateTimeOffset now)
    {
        var made = agent.Requests.Where(request => request is { State: RequestState.Open, What: AgentRequest.TerminalCreate } && which(request))
            .Select(request => AgentTerminal.IdFor(request.Id)).ToHashSet();
        return agent with
        {
            Requests = agent.Requests.ConvertAll(request => request.State == RequestState.Open && which(request)
                ? request with { State = RequestState.Withdrawn, Answer = answer(request), AnsweredAt = now }
                : request),
            Terminals = agent.Terminals.ConvertAll(terminal => made.Contains(terminal.Id) ? terminal.Released(now) : terminal),
        };
    }

    /// <summary>The terminals of a process that is gone: nobody can let go of them any more.</summary>
    public static ImmutableList<AgentTerminal> WithoutHolder(Agent agent, int epoch, DateTimeOffset now) =>
        agent.Terminals.ConvertAll(terminal => terminal.Epoch == epoch ? terminal.Released(now) : terminal);

    /// <summary>Tabs of terminals that were let go of do not stay for ever.</summary>
    public static void Forget(AgentChange change, TimeSpan after, int most)
    {
        var kept = 0;
        foreach (var terminal in change.Agent.Terminals.Where(IsKept).OrderByDescending(terminal => terminal.ReleasedAt).ToList())
        {
            if (++kept > most || terminal.ReleasedAt + after <= change.Now)
            {
                change.Become(change.Agent.With(terminal with { IsForgotten = true }));
            }
        }
    }

    /// <summary>When a tab is to go next; null while none is.</summary>
    public static DateTimeOffset? ForgetsAt(Agent agent, TimeSpan after, int most) =>
        agent.Terminals.Count(IsKept) > most ? DateTimeOffset.MinValue : agent.Terminals.Where(IsKept).Min(terminal => terminal.ReleasedAt) + after;

    /// <summary>A text in what came with a question; null when there is none.</summary>
    public static string? TextIn(AgentRequest request, string name)
    {
        using var payload = JsonDocument.Parse(request.Payload);
        return payload.RootElement.Member(name)?.Text();
    }

    /// <summary>The terminal that a question is about, while the program holds it; null when it holds none of that name.</summary>
    public static AgentTerminal? Held(Agent agent, AgentRequest request) =>
        TextIn(request, "terminalId") is { } id ? agent.Terminals.Find(one => one.Id.Value == id && one.Epoch == request.Epoch && one.ReleasedAt is null) : null;

    private static bool IsProbe(AgentRequest request)
    {
        using var payload = JsonDocument.Parse(request.Payload);
        return payload.RootElement.Member(Probe) is { ValueKind: JsonValueKind.True };
    }

    private static bool IsKept(AgentTerminal terminal) => terminal is { IsEnded: true, IsForgotten: false };

    /// <summary>Gemini's own client rejects with a bare object, which its tool for writing takes for a broken disk: to it, a file that is not there is empty.</summary>
    private static bool TakesErrorsForFailures(Agent agent) => agent.Instance?.Abilities?.Name?.Contains("gemini", StringComparison.OrdinalIgnoreCase) == true;

    private static AgentRequest? Open(Agent agent, RequestId id) => agent.Requests.Find(one => one.Id == id && one.State == RequestState.Open);

    private static string Invalid(string problem) => RequestAnswer.Error(JsonRpcErrorCodes.InvalidParameters, problem);

    private static int NumberFor(string code) => code switch
    {
        "not-found" => ResourceNotFound,
        "invalid" or "outside" or "past-end" or "not-text" or "changed" or "too-large" or "command-not-found" or "cwd-not-found" or "not-executable" =>
            JsonRpcErrorCodes.InvalidParameters,
        _ => JsonRpcErrorCodes.InternalError,
    };

    private static void Answer(AgentChange change, AgentRequest request, string answer, string? problem)
    {
        change.Become(change.Agent.With(request.Answered(answer, change.Now)));
        if (request.What == AgentRequest.TerminalOutput)
        {
            return; // some look ten times a second
        }

        var told = new JsonObject { ["requestId"] = request.Id.Value, ["what"] = request.What };
        var asked = JsonNode.Parse(request.Payload) as JsonObject ?? [];
        foreach (var name in s_told.Where(asked.ContainsKey))
        {
            told[name] = asked[name]?.DeepClone();
        }

        if (request.What == AgentRequest.TerminalCreate)
        {
            told["terminalId"] = AgentTerminal.IdFor(request.Id).Value;
        }

        if (problem is not null)
        {
            told["problem"] = problem.Kept();
        }

        change.Tell(EventKinds.Served, request.WorkSessionId, request.TurnId, told.ToJsonString());
    }
}
