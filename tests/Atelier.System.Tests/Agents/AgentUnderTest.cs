using Atelier.Client.Agents;
using Atelier.Client.Api;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>An agent whose program is scripted, in a whole installation; what is stored of it can be held against what the program wrote down itself.</summary>
internal sealed class AgentUnderTest : IDisposable
{
    private readonly SystemUnderTest _system;
    private readonly TemporaryRepository _repository;
    private string _id = "";

    private AgentUnderTest(SystemUnderTest system, AgentScript script)
    {
        _system = system;
        _repository = new TemporaryRepository();
        Program = new ScriptedAgent(_repository.Beside("agent"), script);
    }

    public ScriptedAgent Program { get; }

    public string Id => _id;

    public TemporaryRepository Repository => _repository;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Gives a program that follows a script its first request.</summary>
    public static async Task<(AgentUnderTest Agent, Turn First)> CreateAsync(SystemUnderTest system, AgentScript script, string request)
    {
        var agent = new AgentUnderTest(system, script);
        var repository = await system.AddRepositoryAsync(agent._repository.Path);
        var program = await system.AddProgramAsync("Scripted", command: null, acp: TemplateText.Of([.. agent.Program.Command]));
        var made = await system.AskAsync(
            HttpMethod.Post, "/api/agents", new CreateAgent(request, repository, program), ApiJson.Default.CreateAgent, ApiJson.Default.AgentAnswer);
        agent._id = made.Agent.Id;
        return (agent, made.Turns.Single());
    }

    public async Task<Turn> SendAsync(string text) => (await _system.AskAsync(
        HttpMethod.Post, $"/api/agents/{_id}/messages", new SendMessage(text), ApiJson.Default.SendMessage, ApiJson.Default.TurnAnswer)).Turn;

    public async Task<Turn> RetryAsync(Turn turn) => ApiClient.Read(
        await _system.Api.SendAsync(HttpMethod.Post, $"/api/agents/{_id}/turns/{turn.Id}/retry", Cancel), ApiJson.Default.TurnAnswer).Turn;

    /// <summary>Allows what the program asks, as soon as it does.</summary>
    public async Task AllowAsync()
    {
        await foreach (var one in FollowAsync())
        {
            if (one.Kind == "request-changed" && (await OpenRequestsAsync()) is [var open, ..])
            {
                await _system.AskAsync(
                    HttpMethod.Post, $"/api/inbox/{open.Id}/answer", new AnswerRequest(Decision: "allow_once"), ApiJson.Default.AnswerRequest, ApiJson.Default.AgentRequestAnswer);
                return;
            }
        }
    }

    /// <summary>Waits until a turn is over; gives how it ended.</summary>
    public async Task<Turn> OverAsync(Turn turn)
    {
        await foreach (var one in FollowAsync())
        {
            if (one.Kind == "turn-changed" && one.TurnId == turn.Id
                && ApiClient.Read(one.Payload.GetRawText(), ApiJson.Default.TurnAnswer).Turn is { IsOver: true } over)
            {
                return over;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }

    /// <summary>Where it works.</summary>
    public async Task<string> WorktreeAsync()
    {
        var agent = ApiClient.Read(await _system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{_id}", Cancel), ApiJson.Default.AgentAnswer).Agent;
        return (await _system.SessionAsync(agent.SessionId ?? throw new InvalidOperationException("It has no session."))).LocationPath;
    }

    /// <summary>Waits until something of its review is different that is told by an event, and is as it should be.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        await foreach (var one in FollowAsync())
        {
            if (one.Kind is "review-changed" or "agent-changed" && await isSo())
            {
                return;
            }
        }

        throw new InvalidOperationException($"The events ended before {what}.");
    }

    /// <summary>The worker that runs the program.</summary>
    public async Task<string> WorkerIdAsync()
    {
        var agent = ApiClient.Read(await _system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{_id}", Cancel), ApiJson.Default.AgentAnswer).Agent;
        return (await _system.SessionAsync(agent.SessionId ?? throw new InvalidOperationException("It has no session."))).Workers.Single().Id;
    }

    /// <summary>Everything that is stored.</summary>
    public async Task<IReadOnlyList<AgentEvent>> EventsAsync()
    {
        var events = new List<AgentEvent>();
        while (true)
        {
            var page = ApiClient.Read(
                await _system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{_id}/events?after={events.LastOrDefault()?.Seq ?? 0}", Cancel), ApiJson.Default.AgentEventsAnswer).Events;
            if (page.Count == 0)
            {
                return events;
            }

            events.AddRange(page);
        }
    }

    public void Dispose() => _repository.Dispose();

    private async Task<IReadOnlyList<AgentRequest>> OpenRequestsAsync() =>
        ApiClient.Read(await _system.Api.SendAsync(HttpMethod.Get, $"/api/agents/{_id}", Cancel), ApiJson.Default.AgentAnswer).Requests;

    private IAsyncEnumerable<AgentEvent> FollowAsync() => AgentEvents.FollowAsync(_system.Api, _id, after: 0, TimeProvider.System, () => { }, Cancel);
}
