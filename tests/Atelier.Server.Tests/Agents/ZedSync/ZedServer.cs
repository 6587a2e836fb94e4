using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Atelier.Protocol.ZedSync;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.ZedSync;
using Atelier.Server.Infrastructure.Database;
using Atelier.TestKit;
using Atelier.TestKit.Zed;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>The whole server, with mock Zeds that dial it over HTTP as real ones do.</summary>
public class ZedServer : TestServer
{
    public ZedServer(TestPostgres postgres)
        : base(postgres) => Zeds = new FakeZeds(DialAsync);

    internal FakeZeds Zeds { get; }

    internal AgentOwners Owners => Services.GetRequiredService<AgentOwners>();

    protected override IEnumerable<string> Arguments => ["--ZedSync:MaxMessageBytes=2097152"];

    /// <summary>Dials as a Zed does: path and headers are fixed, and the Host header has no port.</summary>
    public async Task<WebSocket> DialAsync(IReadOnlyDictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", Address.Host);
        if (environment[ZedSyncProtocol.TokenVariable] is { Length: > 0 } token)
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        }

        try
        {
            await socket.ConnectAsync(
                new Uri($"ws://{Address.Host}:{Address.Port}{ZedSyncProtocol.Path}?session_id={environment[ZedSyncProtocol.SessionVariable]}"), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal async Task<string> CreateAsync(string prompt, Action<MockZed>? behaviour = null)
    {
        var before = Zeds.Zeds;
        Zeds.Zeds = zed =>
        {
            before(zed);
            behaviour?.Invoke(zed);
        };
        try
        {
            var created = await CallAsync(
                HttpMethod.Post, "/api/agents", new JsonObject { ["taskRequest"] = prompt, ["repositoryId"] = "rep_bench", ["agentProgramId"] = "prg_zed", ["baseBranch"] = "main" });
            var id = (string?)created["agent"]?["id"] ?? throw new InvalidOperationException("It has no id.");
            _ = Zeds.Of(id);
            return id;
        }
        finally
        {
            Zeds.Zeds = before;
        }
    }

    internal async Task<string> SendAsync(string agent, string text, string? workSession = null, bool interrupts = false)
    {
        var sent = await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/messages", new JsonObject { ["text"] = text, ["workSessionId"] = workSession, ["interrupt"] = interrupts });
        return (string?)sent["turn"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    internal async Task<string> AddWorkSessionAsync(string agent, string name)
    {
        var added = await CallAsync(HttpMethod.Post, $"/api/agents/{agent}/work-sessions", new JsonObject { ["name"] = name, ["agentType"] = "zed_agent" });
        return (string?)added["workSession"]?["id"] ?? throw new InvalidOperationException("It has no id.");
    }

    internal async Task<JsonNode> CallAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var http = Client(Token);
        http.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await http.SendJsonAsync(method, path, body?.ToJsonString(), cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return answer.StatusCode == HttpStatusCode.NoContent ? new JsonObject() : await answer.JsonAsync(cancellationToken);
    }

    internal async Task<Agent> AgentAsync(string id) => (await Owners.FindAsync(new AgentId(id)))?.Current ?? throw new InvalidOperationException("There is no such agent.");

    /// <summary>Follows the agent's events until it is as it should be.</summary>
    internal async Task<Agent> UntilAsync(string agent, Func<Agent, bool> isSo, string what)
    {
        using var following = Services.GetRequiredService<AgentFeed>().Follow(new AgentId(agent));
        while (true)
        {
            var now = await AgentAsync(agent);
            if (isSo(now))
            {
                return now;
            }

            try
            {
                await Patience.For(following.Events.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask(), what);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"{late.Message} It is {System.Text.Json.JsonSerializer.Serialize(now)}", late);
            }

            while (following.Events.TryRead(out _))
            {
            }
        }
    }

    internal async Task<IReadOnlyList<AgentEvent>> EventsAsync(string agent) =>
        await new AgentEventStore(Services.GetRequiredService<NpgsqlDataSource>()).AfterAsync(new AgentId(agent), 0, int.MaxValue, CancellationToken.None);

    protected override void Replace(IServiceCollection services)
    {
        services.AddSingleton<IZedProcesses>(Zeds);
        services.AddSingleton<IAgentPlaces>(new FakePlaces(new FakeSteps()));
    }

    protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var database = Services.GetRequiredService<NpgsqlDataSource>();
        var user = (await Services.GetRequiredService<UserStore>().FirstAdministratorAsync(cancellationToken))?.Id;
        await database.CommandFor("insert into hosts (id, name, key_hash, is_local, created_at) values ('hst_bench', 'testbench', '\\x00', false, now())").RunAsync(cancellationToken);
        await database.CommandFor(
            """
            insert into repositories (id, owner, name, provider, host_id, status, template_files, copy_files, created_by, created_at)
            values ('rep_bench', 'local', 'bench', 'directory', 'hst_bench', 'ready', '{}', '{}', $1, now())
            """,
            user).RunAsync(cancellationToken);
        await database.CommandFor(
            """
            insert into agent_programs (id, name, command_template, acp_command, asking_patterns, sandbox, protocol, zed_agent, created_by, created_at)
            values ('prg_zed', 'Zed', null, 'zed --headless', '{}', 'none', 'zed', 'claude', $1, now())
            """,
            user).RunAsync(cancellationToken);
    }
}
