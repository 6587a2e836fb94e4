using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Tests.Agents.Effects;

/// <summary>An agent whose program is in the middle of a turn, and what its program says next.</summary>
internal sealed class EffectAgent
{
    public static readonly WorkSessionId Main = new("wks_main");
    public static readonly TurnId Turn = new("turn_1");
    private int _requests;

    public EffectAgent(string program = "Fake")
    {
        Change = new AgentChange(
            new Agent
            {
                Id = new AgentId("agt_1"),
                UserId = new UserId("usr_1"),
                TaskRequest = "Do it.",
                ProgramId = "fake",
                Status = AgentStatus.Active,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Place = new AgentPlaceRow("rep_1", "local", "r", "hst_1", "ses_1", "b", "main", "/work/agent"),
                WorkSessions = [new WorkSession { Id = Main, Name = "Main", Type = AgentType.ZedAgent, Position = 0, CreatedAt = DateTimeOffset.UnixEpoch }],
                Instance = new AgentInstance
                {
                    Id = new InstanceId("ins_1"),
                    WorkerId = "wrk_1",
                    Epoch = 1,
                    IsStarted = true,
                    Status = InstanceStatus.Active,
                    Sequence = 3,
                    OpeningSequence = 1,
                    Abilities = new AgentAbilities(program, "1", Loads: true, Resumes: true, Closes: false, TakesImages: false, TakesResources: false, McpHttp: false, LoginMethods: null),
                    CreatedAt = DateTimeOffset.UnixEpoch,
                },
                Threads = [new AgentThread { Id = new ThreadId("thr_1"), WorkSessionId = Main, Status = ThreadStatus.Active, ProgramThreadId = "c1", OpenEpoch = 1, CreatedAt = DateTimeOffset.UnixEpoch }],
                Turns =
                [
                    new Turn
                    {
                        Id = Turn,
                        WorkSessionId = Main,
                        Position = 1,
                        Content = PromptContent.Of("Do it.", []),
                        State = TurnState.Running,
                        Epoch = 1,
                        Sequence = 3,
                        DispatchedAt = DateTimeOffset.UnixEpoch,
                        CreatedAt = DateTimeOffset.UnixEpoch,
                    },
                ],
            },
            DateTimeOffset.UnixEpoch);
    }

    public AgentChange Change { get; }

    public Agent Agent => Change.Agent;

    /// <summary>The program wants something; gives the question as it is then.</summary>
    public AgentRequest Ask(string what, object payload)
    {
        var id = new RequestId($"req_{++_requests}");
        Say(new AgentNotice.Asked($"{_requests}", "c1", what, JsonSerializer.SerializeToElement(payload)), id);
        return Of(id);
    }

    /// <summary>The program says something.</summary>
    public void Say(AgentNotice notice, RequestId id = default) => AgentNotices.Take(Change, epoch: 1, notice, () => id);

    public AgentRequest Of(RequestId id) => Agent.Requests.Single(one => one.Id == id);

    /// <summary>Number of the error that a question was answered with; null when it was answered well, or is open.</summary>
    public int? ErrorOf(AgentRequest request) => Of(request.Id).Answer is { } answer && JsonElement.Parse(answer).TryGetProperty("error", out var error)
        ? error.GetProperty("code").GetInt32()
        : null;
}
