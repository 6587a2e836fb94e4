using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.FakeModelServer;
using Atelier.FakeModelServer.Events;
using Atelier.Server.Agents;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.ModelProviders;

namespace Atelier.Server.Tests.Agents.BuiltIn;

/// <summary>A bench on which built-in threads ask a scripted model server.</summary>
internal sealed class BuiltInBench : IAsyncDisposable
{
    private BuiltInBench(AgentBench agents, ModelServer model) => (Agents, Model) = (agents, model);

    public AgentBench Agents { get; }

    public ModelServer Model { get; }

    public FakeWorld World => Agents.Instances.World;

    /// <summary>Answers that the model has given to the end for a turn.</summary>
    public int WholeAnswers => Model.Events.Count(happened => happened is { Kind: ModelEventKind.Ended, Purpose: RequestPurpose.Turn });

    public static async Task<BuiltInBench> OnAsync(
        TestPostgres postgres, string kind = "anthropic", int contextTokens = 128_000, int tries = 8, BuiltInOptions? options = null, string? database = null)
    {
        var model = await ModelServer.StartAsync(TimeProvider.System, cancellationToken: TestContext.Current.CancellationToken);
        var agents = database is null ? await AgentBench.OnAsync(postgres) : await AgentBench.OnAsync(database);
        agents.Models = new ModelProvidersOptions
        {
            Kind = kind,
            BaseUrl = kind == "anthropic" ? model.Address.ToString() : $"{model.Address}v1",
            Model = "scripted",
            ApiKey = "sk-test",
            ContextTokens = contextTokens,
            MaxOutputTokens = contextTokens / 8,
            MostTries = tries,
            SilentFor = TimeSpan.FromDays(1), // the bench's clock goes faster than the model
        };
        agents.BuiltIn = options ?? new BuiltInOptions();
        return new BuiltInBench(agents, model);
    }

    /// <summary>An agent whose only work session is served here, with its first turn.</summary>
    public async Task<AgentBench.Life> CreateAsync(string prompt, AgentType type = AgentType.HelixAgent, BuiltInMode mode = BuiltInMode.Full)
    {
        var life = await Agents.ServerAsync();
        await life.Owners.AddAsync(NewAgent(prompt, type, mode), CancellationToken.None);
        return life;
    }

    public AgentChange NewAgent(string prompt, AgentType type = AgentType.HelixAgent, BuiltInMode mode = BuiltInMode.Full)
    {
        var change = Agents.NewAgent(prompt, type);
        if (change.Agent.BuiltInOf(AgentBench.Main) is { } thread)
        {
            change.Become(change.Agent.With(thread with { Mode = mode }));
        }

        return change;
    }

    /// <summary>The first turn, when it is over.</summary>
    public static async Task<Turn> OverAsync(AgentBench.Life life, string key = "first")
    {
        var agent = await life.UntilAsync(one => one.Find(new TurnId($"turn_{key}")) is { IsOver: true }, $"the {key} turn to end");
        return agent.Find(new TurnId($"turn_{key}")) ?? throw new InvalidOperationException("It is over.");
    }

    /// <summary>Answers the next question, when it is asked.</summary>
    public static async Task<AgentRequest> AnswerAsync(AgentBench.Life life, Func<AgentRequest, string?> answer)
    {
        var agent = await life.UntilAsync(one => one.Requests.Exists(request => request is { State: RequestState.Open, IsForPerson: true }), "a question");
        var asked = agent.Requests.First(request => request is { State: RequestState.Open, IsForPerson: true });
        await (await life.AgentAsync()).ChangeAsync(
            change =>
            {
                change.Become(change.Agent.With(asked with { State = RequestState.Answered, Answer = answer(asked), AnsweredAt = change.Now }));
                return true;
            },
            otherwise: false,
            CancellationToken.None);
        return asked;
    }

    /// <summary>What was said in a turn, as a reader of its events has it.</summary>
    public async Task<string> TextAsync() =>
        SaidText.Of((await Agents.EventsAsync()).Where(one => one.What.TurnId is not null).Select(one => (one.What.Kind, one.What.Payload)));

    /// <summary>All steps, in order.</summary>
    public async Task<IReadOnlyList<StepContent>> StepsAsync() => [.. (await Agents.Oracle.CommandFor(
            "select content from built_in_steps where work_session_id = $1 order by seq", AgentBench.Main)
        .AllAsync(row => JsonSerializer.Deserialize<StepContent>(row.GetString(0)), CancellationToken.None)).OfType<StepContent>()];

    /// <summary>Calls of tools with what the model was told of each, in order.</summary>
    public async Task<IReadOnlyList<ToolCall>> CallsAsync() => [.. (await StepsAsync()).OfType<StepContent.Call>().Select(call => call.Tool)];

    public async Task<IReadOnlyList<JsonObject>> ToldAsync(string kind) =>
        [.. (await Agents.EventsAsync()).Where(one => one.What.Kind == kind).Select(one => JsonNode.Parse(one.What.Payload)!.AsObject())]; // they are objects

    public static string Call(string tool, object arguments) => $"call {tool} {JsonSerializer.Serialize(arguments)}";

    public async ValueTask DisposeAsync()
    {
        await Agents.DisposeAsync();
        await Model.DisposeAsync();
    }
}
