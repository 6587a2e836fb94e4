using System.IO.Pipelines;
using System.Net.WebSockets;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Accounts.Users;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Agents.ZedSync;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit.Zed;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>
/// An agent whose program is a mock Zed, on real rows, with servers that can be killed at any commit and at any frame they send or take. Each <see cref="Life"/> is one
/// server's; the Zed and the rows outlive it.
/// </summary>
internal sealed class ZedBench : IAsyncDisposable
{
    private static readonly UserId s_user = new("usr_bench");

    private readonly string _database;
    private Life? _life;

    private ZedBench(string database)
    {
        _database = database;
        Oracle = NpgsqlDataSource.Create(database);
        Zeds = new FakeZeds((environment, _) => _life is { IsDead: false } life
            ? Task.FromResult(life.Dial(environment[ZedSyncProtocol.SessionVariable] ?? ""))
            : throw new IOException("No server answers."));
        Zeds.Zeds = zed => zed.Behaviour.ReadyAfter = TimeSpan.FromMilliseconds(2);
    }

    public static AgentId AgentId { get; } = new("agt_zed");

    public static WorkSessionId Main { get; } = new("wks_main");

    public static WorkSessionId Second { get; } = new("wks_second");

    public NpgsqlDataSource Oracle { get; }

    public FakeZeds Zeds { get; }

    public MockZed Zed => Zeds.Of(AgentId.Value);

    public TimeProvider Clock { get; } = new HurriedTime(times: 50);

    /// <summary>What happens at the steps of the servers to come; given the server.</summary>
    public Func<Life, Task> AtStep { get; set; } = _ => Task.CompletedTask;

    public static async Task<ZedBench> OnAsync(string database)
    {
        var bench = new ZedBench(database);
        await bench.Oracle.CommandFor("delete from agents").RunAsync(CancellationToken.None);
        await bench.Oracle.CommandFor("insert into users (id, display_name, is_administrator, created_at) values ($1, 'Ada', true, now()) on conflict do nothing", s_user).RunAsync(CancellationToken.None);
        await bench.Oracle.CommandFor("insert into hosts (id, name, key_hash, is_local, created_at) values ('hst_bench', 'testbench', '\\x00', true, now()) on conflict do nothing").RunAsync(CancellationToken.None);
        await bench.Oracle.CommandFor(
            """
            insert into repositories (id, owner, name, provider, host_id, status, template_files, copy_files, created_by, created_at)
            values ('rep_bench', 'local', 'bench', 'directory', 'hst_bench', 'ready', '{}', '{}', $1, now()) on conflict do nothing
            """,
            s_user).RunAsync(CancellationToken.None);
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

        if (_life is null)
        {
            _life = new Life(this, _database);
            await _life.Owners.StartAsync(CancellationToken.None);
        }

        return _life;
    }

    /// <summary>A new agent with two lines of work and a turn in the first.</summary>
    public AgentChange NewAgent(string prompt)
    {
        var change = new AgentChange(
            new Agent
            {
                Id = AgentId,
                UserId = s_user,
                TaskRequest = prompt,
                ProgramId = "zed",
                Protocol = AgentProtocol.Zed,
                CreatedAt = Now(),
                Place = new AgentPlaceRow("rep_bench", "local", "bench", "hst_bench", "ses_zed", "atelier/zed", "main", Path: null),
            },
            Now());
        foreach (var id in new[] { Main, Second })
        {
            WorkSessionRules.Add(
                change,
                new WorkSession { Id = id, Name = id.Value, Type = AgentType.ZedAgent, Position = change.Agent.WorkSessions.Count, CreatedAt = change.Now },
                () => new AgentInstance { Id = InstanceId.New(Clock), WorkerId = "wrk_zed", CreatedAt = change.Now },
                () => new AgentThread { Id = ThreadId.New(Clock), WorkSessionId = id, CreatedAt = change.Now });
        }

        TurnQueue.Add(change, NewTurn("first", prompt, Main)(AgentOwner.TurnSpacing), interrupts: false, maxQueued: 1);
        return change;
    }

    public Func<long, Turn> NewTurn(string key, string prompt, WorkSessionId workSession) => position => new Turn
    {
        Id = new TurnId($"turn_{key}"),
        WorkSessionId = workSession,
        Position = position,
        Content = PromptContent.Of(prompt, []),
        IdempotencyKey = key,
        CreatedBy = s_user,
        CreatedAt = Now(),
    };

    public async ValueTask DisposeAsync()
    {
        await Zeds.DisposeAsync();
        if (_life is not null)
        {
            _life.Kill();
            await _life.DisposeAsync();
        }

        await Oracle.DisposeAsync();
    }

    private DateTimeOffset Now() => new(Clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>One server, from its start to its death.</summary>
    internal sealed class Life : IAsyncDisposable
    {
        private readonly FakeSteps _steps;
        private readonly NpgsqlDataSource _database;
        private readonly ZedInstances _host;
        private readonly ZedConnections _connections = new();
        private readonly ZedSurroundings _zed;
        private readonly CancellationTokenSource _died = new();
        private readonly List<Task> _serving = [];

        public Life(ZedBench bench, string database)
        {
            Bench = bench;
            _steps = new FakeSteps { At = (_, _) => bench.AtStep(this) };
            Postgres = new CutPostgres(database, _steps);
            _database = NpgsqlDataSource.Create(Postgres.ConnectionString);
            Rows = new AgentRows(_database);
            var options = Microsoft.Extensions.Options.Options.Create(new AgentsOptions { StaleAfter = TimeSpan.FromDays(7) });
            var feed = new AgentFeed(options);
            _zed = new ZedSurroundings(() => Owners!, new ZedEntryStore(_database), Microsoft.Extensions.Options.Options.Create(new ZedSyncOptions()), bench.Clock); // it is there before any Zed
            _host = new ZedInstances(_connections, bench.Zeds, new ZedTokenStore(_database, bench.Clock), (_, _) => Task.FromResult(("127.0.0.1:1", false)), _zed, NullLogger<ZedInstances>.Instance);
            var around = new AgentSurroundings(
                new AgentStore(_database, Rows, [new InboxRows(Microsoft.Extensions.Options.Options.Create(new InboxOptions()))], bench.Clock),
                new AgentHistory(_database, Rows, options),
                new PermissionRules(_database, bench.Clock),
                _host, new FakePlaces(_steps), feed, AgentBench.Life.BuiltInOn(_database, new(), new(), bench.Clock), [], options, bench.Clock, NullLogger<AgentOwner>.Instance);
            Owners = new AgentOwners(around, bench.Clock, NullLogger<AgentOwners>.Instance);
        }

        public ZedBench Bench { get; }

        public AgentOwners Owners { get; }

        public AgentRows Rows { get; }

        public CutPostgres Postgres { get; }

        public bool IsDead => _steps.IsDead;

        public Task Died => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _died.Token).ContinueWith(_ => { }, TaskScheduler.Default);

        /// <summary>From here on it does nothing more, wherever it was.</summary>
        public void Kill()
        {
            _steps.IsDead = true;
            _died.Cancel();
            Postgres.Cut();
        }

        /// <summary>A connection to this server.</summary>
        public WebSocket Dial(string session)
        {
            var (up, down) = (new Pipe(), new Pipe());
            var ours = new SteppedStream(up.Reader.AsStream(), down.Writer.AsStream(), _steps, _died.Token);
            var theirs = new SteppedStream(down.Reader.AsStream(), up.Writer.AsStream(), steps: null, CancellationToken.None);
            var socket = WebSocket.CreateFromStream(ours, new WebSocketCreationOptions { IsServer = true });
            lock (_serving)
            {
                _serving.Add(Task.Run(() => ServeAsync(socket, session)));
            }

            return WebSocket.CreateFromStream(theirs, new WebSocketCreationOptions { IsServer = false });
        }

        public async ValueTask DisposeAsync()
        {
            await Owners.StopAsync(CancellationToken.None);
            Owners.Dispose();
            _host.Dispose();
            List<Task> serving;
            lock (_serving)
            {
                serving = [.. _serving];
            }

            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _database.DisposeAsync();
            await Postgres.DisposeAsync();
            _died.Dispose();
        }

        private async Task ServeAsync(WebSocket socket, string session)
        {
            await using var connection = new ZedConnection(socket, AgentId, session, _zed, NullLogger.Instance);
            if (_connections.Add(connection) is { } older)
            {
                await older.CloseAsync("replaced");
            }

            try
            {
                await connection.RunAsync(_died.Token);
            }
            finally
            {
                _connections.Remove(connection);
            }
        }
    }

    /// <summary>One end of a wire. What is written and read passes steps where it is a server's end, and a dead server's end is closed.</summary>
    private sealed class SteppedStream(Stream reads, Stream writes, FakeSteps? steps, CancellationToken died) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, died);
            var count = await reads.ReadAsync(buffer, stop.Token);
            await PassAsync("after read", stop.Token);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, died);
            await PassAsync("before write", stop.Token);
            await writes.WriteAsync(buffer, stop.Token);
            await writes.FlushAsync(stop.Token);
            await PassAsync("after write", stop.Token);
        }

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            reads.Dispose();
            writes.Dispose();
            base.Dispose(disposing);
        }

        private Task PassAsync(string what, CancellationToken cancellationToken) => steps?.PassAsync(what, cancellationToken) ?? Task.CompletedTask;
    }
}
