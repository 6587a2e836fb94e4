using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents;

/// <summary>Agents as rules get them, brought where a test wants them by the rules themselves.</summary>
internal static class SampleAgent
{
    public static readonly DateTimeOffset Start = new(2026, 11, 28, 8, 0, 0, TimeSpan.Zero);

    public static WorkSessionId Main { get; } = new("wks-main");

    /// <summary>Just created, with one queued turn <c>a</c>.</summary>
    public static Agent New(params string[] queued)
    {
        var change = Changing(new Agent
        {
            Id = new AgentId("agt-1"),
            UserId = new UserId("usr"),
            TaskRequest = "Do it",
            ProgramId = "fake",
            CreatedAt = Start,
            Place = new AgentPlaceRow("rep", "local", "bench", "hst", "ses", "atelier/do-it", "main", Path: null),
        });
        AddWorkSession(change, Main);
        foreach (var id in queued is [] ? ["a"] : queued)
        {
            TurnQueue.Add(change, NewTurn(id, change.Agent.Turns.Count + 1), interrupts: false, maxQueued: 100);
        }

        return change.Agent;
    }

    public static AgentChange Changing(this Agent agent, DateTimeOffset? now = null) => new(agent, now ?? Start);

    /// <summary>The agent after something was decided about it.</summary>
    public static Agent After(this Agent agent, Action<AgentChange> decide, DateTimeOffset? now = null)
    {
        var change = agent.Changing(now);
        decide(change);
        return change.Agent;
    }

    public static Turn NewTurn(string id, long position, WorkSessionId? workSession = null) => new()
    {
        Id = new TurnId(id),
        WorkSessionId = workSession ?? Main,
        Position = position * AgentOwner.TurnSpacing,
        Content = PromptContent.Of(id, []),
        CreatedAt = Start,
    };

    public static WorkSessionReply AddWorkSession(AgentChange change, WorkSessionId id, AgentType type = AgentType.ZedAgent) => WorkSessionRules.Add(
        change,
        new WorkSession { Id = id, Name = id.Value, Type = type, Position = change.Agent.WorkSessions.Count, CreatedAt = change.Now },
        () => new AgentInstance { Id = new InstanceId("ins"), WorkerId = "wrk", CreatedAt = change.Now },
        () => new AgentThread { Id = new ThreadId($"thr-{id}"), WorkSessionId = id, CreatedAt = change.Now });

    public static Agent Placed(this Agent agent) =>
        agent with { Status = AgentStatus.Active, Place = agent.Place! with { Path = "/work" } }; // samples have a place

    /// <summary>With a process that has been started as the next epoch.</summary>
    public static Agent Started(this Agent agent) => agent.Placed() with { Instance = agent.Instance!.Starting(Start) with { IsStarted = true } }; // and an instance

    /// <summary>With a process that has said what it can do.</summary>
    public static Agent Opened(this Agent agent, bool resumes = true, bool loads = true) => agent.Started().Steps(1)
        .Heard(new AgentNotice.Opened(1, new AgentAbilities("Fake", "1", loads, resumes, Closes: false, TakesImages: false, TakesResources: false, McpHttp: false, null)));

    /// <summary>With the thread of its first work session open, and nothing sent.</summary>
    public static Agent ThreadOpen(this Agent agent) => agent.Opened().Steps(1).Heard(new AgentNotice.ThreadOpened(2, "c1", null, null));

    /// <summary>With its first turn on its way.</summary>
    public static Agent Sent(this Agent agent) => agent.ThreadOpen().Steps(1);

    /// <summary>After it has said what its plan says, so many times.</summary>
    public static Agent Steps(this Agent agent, int count)
    {
        for (; count > 0; count--)
        {
            agent = agent.After(change => Assert.True(AgentPlan.Next(change.Agent) switch
            {
                AgentStep.Prompt prompt => AgentCommands.SayPrompt(change, prompt, history: null),
                var step => AgentCommands.Say(change, step),
            }));
        }

        return agent;
    }

    public static Agent Heard(this Agent agent, AgentNotice notice, DateTimeOffset? now = null) =>
        agent.After(change => AgentNotices.Take(change, change.Agent.Instance?.Epoch ?? 0, notice, () => new RequestId($"req-{change.Agent.Requests.Count + 1}")), now);

    public static AgentNotice.Said Chunk(string text = "hi", string thread = "c1") =>
        new(thread, "agent-message", JsonSerializer.SerializeToElement(new { content = new { type = "text", text } }));

    public static AgentNotice.Asked Permission(string id = "7", string thread = "c1") => new(
        id, thread, AgentRequest.Permission, JsonSerializer.SerializeToElement(new { options = new[] { new { optionId = "yes", kind = "allow_once" } } }));

    public static Turn TurnOf(this Agent agent, string id) => agent.Find(new TurnId(id)) ?? throw new InvalidOperationException($"There is no turn {id}.");

    public static AgentThread ThreadOf(this Agent agent) => agent.ThreadOf(Main) ?? throw new InvalidOperationException("There is no thread.");

    public static AgentInstance InstanceOf(this Agent agent) => agent.Instance ?? throw new InvalidOperationException("There is no instance.");
}
