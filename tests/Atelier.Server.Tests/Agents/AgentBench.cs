using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Context;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Secrets;
using Atelier.Server.ModelProviders;
using Atelier.Server.ModelProviders.Asking;
using Atelier.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Atelier.Server.Tests.Agents;

/// <summary>
/// Agents on real rows and a fake machine, with servers that can be killed: everything of a server that has to do with agents, and no more. Each <see cref="Life"/> is
/// one server's; what is durable outlives it.
/// </summary>
internal sealed class AgentBench : IAsyncDisposable
{
    private static readonly UserId s_user = new("usr_bench");

    private readonly string _database;
    private readonly TimeProvider _clock;
    private readonly NpgsqlDataSource _oracle;
    private Life? _life;

    private AgentBench(string database, TimeProvider clock, AgentsOptions options)
    {
        (_database, _clock, Options) = (database, clock, options);
        _oracle = NpgsqlDataSource.Create(database);
    }

    public AgentsOptions Options { get; }

    public FakeInstances Instances { get; } = new();

    /// <summary>The model that built-in threads ask; with no address, none.</summary>
    public ModelProvidersOptions Models { get; set; } = new();

    public BuiltInOptions BuiltIn { get; set; } = new();

    /// <summary>What happens at the steps of the servers to come; given the server, the number of the step and its name.</summary>
    public Func<Life, int, string, Task> AtStep { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Reads rows without passing steps.</summary>
    public NpgsqlDataSource Oracle => _oracle;

    public static AgentId AgentId { get; } = new("agt_bench1");

    public static WorkSessionId Main { get; } = new("wks_main");

    /// <summary>A bench on a database of its own.</summary>
    public static async Task<AgentBench> OnAsync(TestPostgres postgres, AgentsOptions? options = null, TimeProvider? clock = null) =>
        await OnAsync(await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken), options, clock);

    /// <summary>A bench on a database that may have served another one, whose agents are gone then.</summary>
    public static async Task<AgentBench> OnAsync(string database, AgentsOptions? options = null, TimeProvider? clock = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var bench = new AgentBench(database, clock ?? new HurriedTime(times: 100), options ?? new AgentsOptions { StaleAfter = TimeSpan.FromDays(7), KeepTerminalsFor = TimeSpan.FromSeconds(20) });
        await bench._oracle.CommandFor("delete from agents").RunAsync(cancellationToken);
        await bench._oracle.CommandFor("insert into users (id, display_name, is_administrator, created_at) values ($1, 'Ada', true, now()) on conflict do nothing", s_user).RunAsync(cancellationToken);
        await bench._oracle.CommandFor("insert into hosts (id, name, key_hash, is_local, created_at) values ('hst_bench', 'testbench', '\\x00', true, now()) on conflict do nothing").RunAsync(cancellationToken);
        await bench._oracle.CommandFor(
            """
            insert into repositories (id, owner, name, provider, host_id, status, template_files, copy_files, created_by, created_at)
            values ('rep_bench', 'local', 'bench', 'directory', 'hst_bench', 'ready', '{}', '{}', $1, now()) on conflict do nothing
            """,
            s_user).RunAsync(cancellationToken);
        return bench;
    }

    /// <summary>The server that runs; begun when none does.</summary>
    public async Task<Life> ServerAsync()
    {
        if (_life is { IsDead: true } dead)
        {
            await dead.DisposeAsync();
            _life = null;
        }

        return _life ??= await Life.BeginAsync(this, _database, _clock);
    }

    /// <summary>Kills the server that runs, and begins another one.</summary>
    public async Task<Life> RestartAsync()
    {
        _life?.Kill();
        return await ServerAsync();
    }

    /// <summary>A new agent, with its first turn.</summary>
    public AgentChange NewAgent(string prompt, AgentType type = AgentType.ZedAgent)
    {
        var change = new AgentChange(
            new Agent
            {
                Id = AgentId,
                UserId = s_user,
                TaskRequest = prompt,
                ProgramId = "fake",
                CreatedAt = Now(),
                Place = new AgentPlaceRow("rep_bench", "local", "bench", "hst_bench", "ses_bench", "atelier/bench", "main", Path: null),
            },
            Now());
        AddWorkSession(change, Main, type);
        TurnQueue.Add(change, NewTurn("first", prompt)(AgentOwner.TurnSpacing), interrupts: false, maxQueued: 1);
        return change;
    }

    public WorkSessionReply AddWorkSession(AgentChange change, WorkSessionId id, AgentType type = AgentType.ZedAgent) => WorkSessionRules.Add(
        change,
        new WorkSession { Id = id, Name = id.Value, Type = type, Position = change.Agent.WorkSessions.Count, CreatedAt = change.Now },
        () => new AgentInstance { Id = InstanceId.New(_clock), WorkerId = $"wrk_{change.Agent.Id}", CreatedAt = change.Now },
        () => new AgentThread { Id = ThreadId.New(_clock), WorkSessionId = id, CreatedAt = change.Now });

    public Func<long, Turn> NewTurn(string key, string prompt, WorkSessionId? workSession = null) => position => new Turn
    {
        Id = new TurnId($"turn_{key}"),
        WorkSessionId = workSession ?? Main,
        Position = position,
        Content = PromptContent.Of(prompt, []),
        IdempotencyKey = key,
        CreatedBy = s_user,
        CreatedAt = Now(),
    };

    /// <summary>The agent as its rows are.</summary>
    public async Task<StoredAgent> RowsAsync(AgentId? id = null) =>
        await new AgentRows(_oracle).ReadAsync(id ?? AgentId, CancellationToken.None) ?? throw new InvalidOperationException("There is no such agent.");

    public async Task<IReadOnlyList<AgentEvent>> EventsAsync(AgentId? id = null) =>
        await new AgentEventStore(_oracle).AfterAsync(id ?? AgentId, 0, int.MaxValue, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_life is not null)
        {
            _life.Kill();
            await _life.DisposeAsync();
        }

        await _oracle.DisposeAsync();
    }

    private DateTimeOffset Now() => new(_clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>One server, from its start to its death.</summary>
    internal sealed class Life : IAsyncDisposable
    {
        private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly NpgsqlDataSource _database;
        private readonly FakeSteps _steps;
        private readonly AgentSurroundings _around;

        private Life(AgentBench bench, string database, TimeProvider clock)
        {
            Bench = bench;
            _steps = new FakeSteps { At = (number, what) => bench.AtStep(this, number, what) };
            Postgres = new CutPostgres(database, _steps);
            _database = NpgsqlDataSource.Create(Postgres.ConnectionString);
            Rows = new AgentRows(_database);
            Places = new FakePlaces(_steps);
            Link = bench.Instances.Link(_steps, (batch, cancellationToken) => Owners!.TakeAsync(batch, cancellationToken)); // it is there before any batch is
            var options = Microsoft.Extensions.Options.Options.Create(bench.Options);
            Feed = new AgentFeed(options);
            _around = new AgentSurroundings(
                new AgentStore(_database, Rows, [new InboxRows(Microsoft.Extensions.Options.Options.Create(new InboxOptions()))], clock),
                new AgentHistory(_database, Rows, options),
                new PermissionRules(_database, clock),
                Link,
                Places,
                Feed,
                BuiltInOn(_database, bench.Models, bench.BuiltIn, clock),
                [],
                options,
                clock,
                NullLogger<AgentOwner>.Instance);
            Owners = new AgentOwners(_around, clock, NullLogger<AgentOwners>.Instance);
        }

        public AgentBench Bench { get; }

        public AgentOwners Owners { get; }

        public AgentRows Rows { get; }

        public AgentFeed Feed { get; }

        public FakePlaces Places { get; }

        public FakeInstances.FakeLink Link { get; }

        public CutPostgres Postgres { get; }

        public int Steps => _steps.Passed;

        public bool IsDead => _steps.IsDead;

        public Task Died => _died.Task;

        public static async Task<Life> BeginAsync(AgentBench bench, string database, TimeProvider clock)
        {
            var life = new Life(bench, database, clock);
            await life.Owners.StartAsync(CancellationToken.None);
            return life;
        }

        /// <summary>From here on it does nothing more, wherever it was.</summary>
        public void Kill()
        {
            _steps.IsDead = true;
            _died.TrySetResult();
            Link.Break(comesBack: false);
            Postgres.Cut();
        }

        public async Task<AgentOwner> AgentAsync(AgentId? id = null) => await Owners.FindAsync(id ?? AgentId) ?? throw new InvalidOperationException("There is no such agent.");

        /// <summary>Waits until an agent is as it should be.</summary>
        public async Task<Agent> UntilAsync(Func<Agent, bool> isSo, string what, AgentId? id = null)
        {
            var owner = await AgentAsync(id);
            try
            {
                await Patience.Until(() => isSo(owner.Current), what);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"{late.Message} It is {JsonSerializer.Serialize(owner.Current)}", late);
            }

            return owner.Current;
        }

        /// <summary>What built-in threads need, on a database.</summary>
        public static BuiltInSurroundings BuiltInOn(NpgsqlDataSource database, ModelProvidersOptions models, BuiltInOptions options, TimeProvider clock)
        {
            var asking = Microsoft.Extensions.Options.Options.Create(models);
            var secrets = new SealedSecrets(Microsoft.Extensions.Options.Options.Create(new ServerOptions { Data = "/nowhere" }));
            return new BuiltInSurroundings(
                database,
                new KnownModels(new ModelProviderStore(database, secrets, clock), asking),
                new ModelClient(new PlainHttpClients(), asking, clock),
                new AgentContexts(database),
                Microsoft.Extensions.Options.Options.Create(options),
                asking);
        }

        public async ValueTask DisposeAsync()
        {
            await Owners.StopAsync(CancellationToken.None);
            Owners.Dispose();
            await _database.DisposeAsync();
            Link.Dispose();
            await Postgres.DisposeAsync();
        }
    }
}
