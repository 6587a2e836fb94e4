using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Tools;

/// <summary>What the tools do; each with the rights of its caller, and of the program of an agent for that agent alone.</summary>
internal sealed class AgentTools(
    AgentOwners agents, AgentAccess access, AgentListing listing, AgentHistory history, ThreadMessages messages, PersonQuestions questions, SessionOwners sessions, HostLinks links, IOptions<AgentToolOptions> options)
{
    private const int UsualThreadLength = 20_000;
    private const int MaxChoices = 32;

    /// <summary>Does what a tool is for; gives what it found, as JSON.</summary>
    /// <exception cref="ToolRefusedException">It cannot.</exception>
    public Task<JsonObject> CallAsync(string tool, ToolCall call, CancellationToken cancellationToken) => tool switch
    {
        ToolDescriptions.ListWorkSessions => ListAsync(call, cancellationToken),
        ToolDescriptions.OpenWorkSession => OpenAsync(call, cancellationToken),
        ToolDescriptions.MessageThread => MessageAsync(call, cancellationToken),
        ToolDescriptions.ReadThread => ReadAsync(call, cancellationToken),
        ToolDescriptions.ListTerminals => TerminalsAsync(call, cancellationToken),
        ToolDescriptions.ReadTerminal => ReadTerminalAsync(call, cancellationToken),
        ToolDescriptions.AskPerson => AskAsync(call, cancellationToken),
        _ => throw new ToolRefusedException($"There is no tool {tool}."),
    };

    private async Task<JsonObject> ListAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var all = new List<Agent>();
        if (call.User.AgentId is null && call.TextOrNull("agentId") is null)
        {
            foreach (var view in (await listing.AllForAsync(call.User, cancellationToken)).Where(view => view.ArchivedAt is null))
            {
                all.AddRange(await agents.FindAsync(view.Id) is { Current: var agent } ? [agent] : []);
            }
        }
        else
        {
            all.Add((await OwnerAsync(call, Role.Viewer, cancellationToken)).Current);
        }

        return new JsonObject { ["workSessions"] = new JsonArray([.. all.SelectMany(agent => agent.WorkSessions.Select(one => Described(agent, one, call)))]) };
    }

    private async Task<JsonObject> OpenAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(call, Role.Editor, cancellationToken);
        var name = call.Text("name", most: 80).Trim();
        var prompt = call.TextOrNull("prompt");
        var id = await messages.OpenAsync(owner, name, call, cancellationToken);
        var turn = prompt is null ? null : await messages.SendAsync(owner, id, prompt, call, cancellationToken);
        return new JsonObject { ["workSessionId"] = id.Value, ["turnId"] = turn?.Id.Value };
    }

    private async Task<JsonObject> MessageAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(call, Role.Editor, cancellationToken);
        var workSession = WorkSessionOf(owner, call);
        var wait = WaitOf(call, TimeSpan.Zero);
        if (workSession.Id == call.WorkSession && wait > TimeSpan.Zero)
        {
            throw new ToolRefusedException("That is your own line of work: it would wait for itself. Leave waitSeconds out, and it is asked when this turn is over.");
        }

        var turn = await messages.SendAsync(owner, workSession.Id, call.Text("text"), call, cancellationToken);
        var (now, answer) = await messages.WaitAsync(owner, turn, wait, cancellationToken);
        return new JsonObject { ["turnId"] = turn.Id.Value, ["state"] = now.State.Word(), ["answer"] = answer, ["problem"] = now.Problem };
    }

    private async Task<JsonObject> ReadAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(call, Role.Viewer, cancellationToken);
        var workSession = WorkSessionOf(owner, call);
        var said = string.Join("\n\n", (await history.MessagesAsync(owner.Current.Id, cancellationToken)).Where(one => one.WorkSessionId == workSession.Id)
            .Select(one => $"{(one.Role == "user" ? "Person" : "Agent")}: {one.Text}"));
        var most = Math.Clamp(call.NumberOrNull("maxCharacters") ?? UsualThreadLength, 1, options.Value.MaxThreadLength);
        return new JsonObject { ["text"] = said.Ending(most), ["isTruncated"] = said.Length > most };
    }

    private async Task<JsonObject> TerminalsAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var workers = await TerminalsOfAsync(await OwnerAsync(call, Role.Viewer, cancellationToken));
        return new JsonObject
        {
            ["terminals"] = new JsonArray([.. workers.Select(worker => new JsonObject
            {
                ["terminalId"] = worker.Id.Value,
                ["name"] = worker.Name,
                ["command"] = worker.Command is { } command ? string.Join(' ', command) : null,
                ["status"] = worker.Status.Word(),
                ["exitCode"] = worker.ExitCode,
            })]),
        };
    }

    private async Task<JsonObject> ReadTerminalAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(call, Role.Viewer, cancellationToken);
        var id = call.Text("terminalId", most: 255);
        if (!(await TerminalsOfAsync(owner)).Any(worker => worker.Id.Value == id))
        {
            throw new ToolRefusedException("The agent's session has no such terminal; list_terminals has them.");
        }

        var tail = await links.Get(new HostId(owner.Current.Place?.HostId ?? "")).RequestAsync(
            HostMethods.ReadTail,
            new ReadTailRequest(id, Math.Clamp(call.NumberOrNull("maxBytes") ?? options.Value.MaxTerminalBytes, 1, options.Value.MaxTerminalBytes)),
            HostJson.Default.ReadTailRequest,
            HostJson.Default.TailReply,
            cancellationToken);
        return new JsonObject { ["text"] = tail.Text, ["isTruncated"] = tail.IsTruncated, ["isRunning"] = tail.State == WorkerRunState.Running, ["exitCode"] = tail.ExitCode };
    }

    private async Task<JsonObject> AskAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(call, Role.Editor, cancellationToken);
        var key = call.TextOrNull("key", most: 200);
        var question = await questions.AskAsync(
            owner, WorkSessionIn(owner, call), key, call.Text("question", options.Value.MaxQuestionLength), call.Texts("options", MaxChoices), cancellationToken);
        question = await questions.WaitAsync(owner.Current.Id, question, WaitOf(call, options.Value.UsualWait), cancellationToken);
        var answer = question.Answer is { } text ? JsonElement.Parse(text).Member("result") : null;
        var action = answer?.Member("action")?.Text();
        return new JsonObject
        {
            ["requestId"] = question.Id.Value,
            ["state"] = question.State == RequestState.Answered && action is not "accept" ? "declined" : question.State.Word(),
            ["answer"] = answer?.Member("content")?.Member("answer")?.Text(),
            ["hint"] = question.State == RequestState.Open ? "Nobody has answered yet. Call again with the same question and key to go on waiting, or go on without." : null,
        };
    }

    /// <summary>The agent that is meant, for a caller with a role in it: of an agent's program its own, and no other.</summary>
    private async Task<AgentOwner> OwnerAsync(ToolCall call, Role needed, CancellationToken cancellationToken)
    {
        var named = call.TextOrNull("agentId", most: 255);
        if (call.User.AgentId is { } own && named is not null && named != own)
        {
            throw new ToolRefusedException("There is no such agent, or it is not yours.");
        }

        var id = named ?? call.User.AgentId ?? throw new ToolRefusedException("Say agentId: which agent. list_work_sessions has them.");
        if (!AgentId.TryParse(id, provider: null, out var agent) || await agents.FindAsync(agent) is not { } owner
            || await access.RoleInAsync(call.User, AgentView.Of(owner.Current), cancellationToken) is not { } role)
        {
            throw new ToolRefusedException("There is no such agent, or it is not yours.");
        }

        return role >= needed ? owner : throw new ToolRefusedException("You may look at the agent, not steer it.");
    }

    private static WorkSession WorkSessionOf(AgentOwner owner, ToolCall call)
    {
        var id = call.Text("workSessionId", most: 255);
        return owner.Current.WorkSessions.Find(one => one.Id.Value == id) ?? throw new ToolRefusedException("The agent has no such work session; list_work_sessions has them.");
    }

    private static WorkSessionId? WorkSessionIn(AgentOwner owner, ToolCall call) =>
        call.WorkSession is { } id && owner.Current.Find(id) is not null ? id : owner.Current.WorkSessions is [var only] ? only.Id : null;

    private TimeSpan WaitOf(ToolCall call, TimeSpan usual)
    {
        var wait = call.NumberOrNull("waitSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : usual;
        return wait < options.Value.MaxWait ? wait : options.Value.MaxWait;
    }

    private async Task<IReadOnlyList<Worker>> TerminalsOfAsync(AgentOwner owner) =>
        owner.Current.Place is { } place && await sessions.FindAsync(new SessionId(place.SessionId)) is { Current.Workers: var workers }
            ? [.. workers.Where(worker => worker.Kind == WorkerKind.Terminal)]
            : [];

    private static JsonObject Described(Agent agent, WorkSession one, ToolCall call)
    {
        var running = agent.InFlight(one.Id);
        return new JsonObject
        {
            ["workSessionId"] = one.Id.Value,
            ["agentId"] = agent.Id.Value,
            ["name"] = one.Name,
            ["task"] = AgentTitle.Fit(agent.Title ?? agent.TaskRequest),
            ["status"] = one.Status.Word(),
            ["isYours"] = one.Id == call.WorkSession,
            ["isWorking"] = running is not null,
            ["workingOn"] = running?.Text.Beginning(200),
            ["queued"] = agent.Queue(one.Id).Count(),
        };
    }
}
