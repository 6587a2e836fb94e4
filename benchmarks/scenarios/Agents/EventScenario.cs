using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Scenarios.Agents;

/// <summary>
/// How many events of programs the owners of agents store in a second, cursor and turn in the same transaction, beside a bare COPY of the same rows into a table of the same
/// shape. What is measured begins where the host's batches come in.
/// </summary>
internal static class EventScenario
{
    private const int Agents = 8;
    private const int EventsPerAgent = 20_000;
    private static readonly int[] s_batchSizes = [10, 100, 500, 2_000];

    public static async Task RunAsync(TextWriter output, int rounds)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        var data = new DataFolder(folder["data"]);
        var postgres = new PrivatePostgres(data, await Checkout.PostgresBinariesAsync(CancellationToken.None), TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        await postgres.StartAsync(CancellationToken.None);
        try
        {
            await using var database = NpgsqlDataSource.Create(PrivatePostgres.ConnectionString(data));
            await PrepareAsync(database);
            var copied = new Spread();
            var stored = s_batchSizes.ToDictionary(size => size, _ => new Spread());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var size in s_batchSizes)
                {
                    stored[size].Add(await StoreAsync(database, size) / 1000);
                }

                copied.Add(await CopyAsync(database) / 1000);
            }

            await WriteAsync(output, rounds, copied, stored);
        }
        finally
        {
            await postgres.StopAsync(CancellationToken.None);
            await postgres.DisposeAsync();
        }
    }

    private static async Task PrepareAsync(NpgsqlDataSource database)
    {
        await new Migrator(database, NullLogger<Migrator>.Instance).MigrateAsync(CancellationToken.None);
        await database.CommandFor("insert into users (id, display_name, is_administrator, created_at) values ('usr_bench', 'Ada', true, now())").RunAsync(CancellationToken.None);
        await database.CommandFor("create table bare_events (like agent_events including all)").RunAsync(CancellationToken.None);
        await database.CommandFor("alter table bare_events add foreign key (agent_id) references agents (id)").RunAsync(CancellationToken.None);
    }

    /// <summary>Events per second, from the host's batches to committed rows.</summary>
    private static async Task<double> StoreAsync(NpgsqlDataSource database, int batchSize)
    {
        await database.CommandFor("truncate bare_events").RunAsync(CancellationToken.None);
        await database.CommandFor("delete from agents").RunAsync(CancellationToken.None);
        await database.CommandFor("vacuum analyze").RunAsync(CancellationToken.None);
        var options = Options.Create(new AgentsOptions { StaleAfter = TimeSpan.FromDays(7) });
        var rows = new AgentRows(database);
        var away = new NoInstances();
        var around = new AgentSurroundings(
            new AgentStore(database, rows, [new InboxRows(Options.Create(new InboxOptions()))], TimeProvider.System),
            new AgentHistory(database, rows, options),
            new PermissionRules(database, TimeProvider.System),
            away,
            away,
            new AgentFeed(options),
            [],
            options,
            TimeProvider.System,
            NullLogger<AgentOwner>.Instance);
        using var owners = new AgentOwners(around, TimeProvider.System, NullLogger<AgentOwners>.Instance);
        for (var at = 0; at < Agents; at++)
        {
            await owners.AddAsync(RunningAgent(at), CancellationToken.None);
        }

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Agents).Select(agent => SendAsync(owners, agent, batchSize)));
        var seconds = clock.Elapsed.TotalSeconds;
        var there = await database.CommandFor("select count(*) from agent_events where kind = $1", "agent-message").OneAsync(row => row.GetInt64(0), CancellationToken.None);
        return there == Agents * EventsPerAgent ? there / seconds : throw new InvalidOperationException($"{there} events are there.");
    }

    private static async Task SendAsync(AgentOwners owners, int agent, int batchSize)
    {
        var offset = 0L;
        for (var at = 0; at < EventsPerAgent; at += batchSize)
        {
            var notices = Enumerable.Range(at, batchSize).Select(number => (AgentNotice)new AgentNotice.Said("c1", "agent-message", Piece(number))).ToList();
            var cursor = await owners.TakeAsync(new AgentBatch($"wrk_{agent}", offset, offset + (batchSize * 200), 1, notices), CancellationToken.None);
            offset = cursor.Offset;
        }
    }

    /// <summary>Rows per second of COPY, as many writers as there are agents.</summary>
    private static async Task<double> CopyAsync(NpgsqlDataSource database)
    {
        await database.CommandFor("truncate bare_events").RunAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Agents).Select(agent => CopyAsync(database, agent)));
        return Agents * EventsPerAgent / clock.Elapsed.TotalSeconds;
    }

    private static async Task CopyAsync(NpgsqlDataSource database, int agent)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var writer = await connection.BeginBinaryImportAsync(
            "copy bare_events (agent_id, seq, kind, work_session_id, turn_id, payload, at) from stdin (format binary)");
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        for (var number = 0; number < EventsPerAgent; number++)
        {
            await writer.StartRowAsync();
            await writer.WriteAsync($"agt_{agent}");
            await writer.WriteAsync((long)number);
            await writer.WriteAsync("agent-message");
            await writer.WriteAsync($"wks_{agent}");
            await writer.WriteAsync($"turn_{agent}");
            await writer.WriteAsync(Piece(number).GetRawText(), NpgsqlTypes.NpgsqlDbType.Json);
            await writer.WriteAsync(now);
        }

        await writer.CompleteAsync();
    }

    private static JsonElement Piece(int number) => JsonSerializer.SerializeToElement(
        new { content = new { type = "text", text = $"Piece {number} of what the program says, as long as pieces are that come every fifty milliseconds." } });

    /// <summary>An agent in the middle of a turn.</summary>
    private static AgentChange RunningAgent(int number)
    {
        var now = TimeProvider.System.GetUtcNow();
        var workSession = new WorkSessionId($"wks_{number}");
        var change = new AgentChange(
            new Agent { Id = new AgentId($"agt_{number}"), UserId = new UserId("usr_bench"), TaskRequest = "Work", ProgramId = "none", CreatedAt = now }, now);
        change.Become(change.Agent with
        {
            Status = AgentStatus.Active,
            WorkSessions = [new WorkSession { Id = workSession, Name = "Main", Type = AgentType.ZedAgent, Status = WorkSessionStatus.Active, Position = 0, CreatedAt = now }],
            Instance = new AgentInstance
            {
                Id = new InstanceId($"ins_{number}"),
                WorkerId = $"wrk_{number}",
                Status = InstanceStatus.Active,
                Epoch = 1,
                IsStarted = true,
                Sequence = 3,
                OpeningSequence = 1,
                Abilities = new AgentAbilities("Bench", "1", Loads: false, Resumes: false, Closes: false, TakesImages: false, TakesResources: false, McpHttp: false, LoginMethods: null),
                CreatedAt = now,
            },
            Threads = [new AgentThread { Id = new ThreadId($"thr_{number}"), WorkSessionId = workSession, Status = ThreadStatus.Active, ProgramThreadId = "c1", OpenEpoch = 1, CreatedAt = now }],
            Turns =
            [
                new Turn
                {
                    Id = new TurnId($"turn_{number}"),
                    WorkSessionId = workSession,
                    Position = AgentOwner.TurnSpacing,
                    Content = PromptContent.Of("Work", []),
                    State = TurnState.Running,
                    Epoch = 1,
                    Sequence = 3,
                    DispatchedAt = now,
                    LastEventAt = now,
                    CreatedAt = now,
                },
            ],
        });
        return change;
    }

    private static async Task WriteAsync(TextWriter output, int rounds, Spread copied, IReadOnlyDictionary<int, Spread> stored)
    {
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""
             # Durable events of agents

             {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores; {rounds} rounds, in turn: {Agents} agents with {EventsPerAgent:N0} events each, from the batches of a host to committed
             rows, with the cursor, the turn and the owner's fence in the same transaction; and a bare COPY of the same rows by as many writers into a table of the same shape.
             Thousands of events per second: median, least and most; the share is that of the medians. Repeat with `./dev bench scenarios events`.

             | what | thousand/s | share of COPY |
             |---|---|---|
             | COPY | {copied} | |
             """));
        foreach (var (size, spread) in stored)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| batches of {size:N0} | {spread} | {spread.Median / copied.Median:0.00} |"));
        }
    }
}
