using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol.Browser;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Atelier.Server.Tests.News;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Accounts;

/// <summary>Who loses a right loses what they had opened with it.</summary>
public sealed class AccessChangeTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "WS12")]
    public async Task A_deleted_token_ends_its_socket_and_its_stream()
    {
        var token = await server.AddUserAsync("Ann", Cancel);
        var session = await AddSessionAsync(Role.Editor);
        using var socket = await OpenAsync(session, token);
        using var news = await NewsReader.OpenAsync(server, Cancel, token);
        await news.NextAsync();
        using var http = server.Client(token);
        using var tokens = await http.GetAsync("/api/tokens", Cancel);
        var id = (string?)(await tokens.JsonAsync(Cancel))["tokens"]![0]!["id"];

        using var deleted = await http.SendJsonAsync(HttpMethod.Delete, $"/api/tokens/{id}", json: null, Cancel);

        Assert.Equal(WorkerSocketCloseCodes.Forbidden, await CloseCodeAsync(socket));
        await Assert.ThrowsAnyAsync<IOException>(ReadOnAsync);

        async Task ReadOnAsync()
        {
            while (true)
            {
                await news.NextAsync();
            }
        }
    }

    [Fact]
    [Trait("rule", "WS12")]
    public async Task A_closed_account_ends_its_sockets_and_nobody_elses()
    {
        var session = await AddSessionAsync(Role.Viewer);
        var leaver = await server.AddUserAsync("Leo", Cancel);
        using var socket = await OpenAsync(session, leaver);
        using var other = await OpenAsync(session, await server.AddUserAsync("Olga", Cancel));
        using var administrator = server.Client(server.Token);
        using var person = server.Client(leaver);
        using var me = await person.GetAsync("/api/me", Cancel);

        using var closed = await administrator.SendJsonAsync(
            HttpMethod.Delete, $"/api/users/{(string?)(await me.JsonAsync(Cancel))["user"]!["id"]}", json: null, Cancel);

        Assert.Equal(WorkerSocketCloseCodes.Forbidden, await CloseCodeAsync(socket));
        Assert.Equal(WebSocketState.Open, other.State);
    }

    [Fact]
    [Trait("rule", "WS12")]
    public async Task A_session_that_is_shared_no_more_is_gone_and_one_shared_for_looking_takes_no_keys()
    {
        var session = await AddSessionAsync(Role.Editor);
        using var socket = await OpenAsync(session, await server.AddUserAsync("Eve", Cancel));
        using var owner = server.Client(server.Token);

        using var less = await owner.SendJsonAsync(HttpMethod.Patch, $"/api/sessions/{session.Id}", """{"sharedRole":"viewer"}""", Cancel);
        await socket.SendAsync(Encoding.UTF8.GetBytes("""{"type":"input","seq":1,"data":"x"}"""), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var refused = await MessageAsync(socket, "input-refused");
        using var nothing = await owner.SendJsonAsync(HttpMethod.Patch, $"/api/sessions/{session.Id}", """{"sharedRole":"none"}""", Cancel);

        Assert.Contains("watch", (string?)refused["reason"], StringComparison.Ordinal);
        Assert.Equal(WorkerSocketCloseCodes.NotFound, await CloseCodeAsync(socket));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("7")]
    [InlineData("viewer,editor")]
    [InlineData("everything")]
    public async Task A_session_is_shared_for_a_role_and_nothing_else(string role)
    {
        var session = await AddSessionAsync(Role.Viewer);
        using var owner = server.Client(server.Token);

        using var refused = await owner.SendJsonAsync(HttpMethod.Patch, $"/api/sessions/{session.Id}", $$"""{"sharedRole":"{{role}}"}""", Cancel);

        Assert.Equal("/problems/session-request-invalid", await refused.ProblemAsync(Cancel));
    }

    [Fact]
    public async Task A_sessions_title_stays_short_when_it_is_changed()
    {
        var session = await AddSessionAsync(Role.Viewer);
        using var owner = server.Client(server.Token);

        using var refused = await owner.SendJsonAsync(
            HttpMethod.Patch, $"/api/sessions/{session.Id}", $$"""{"title":"{{new string('x', Session.MaxTitleLength + 1)}}"}""", Cancel);

        Assert.Equal("/problems/session-request-invalid", await refused.ProblemAsync(Cancel));
    }

    [Fact]
    [Trait("rule", "WS12")]
    public async Task Who_is_no_member_any_more_loses_the_sessions_they_made_on_branches()
    {
        var token = await server.AddUserAsync("Mia", Cancel);
        var mia = await UserAsync(token);
        var session = await AddWorktreeSessionAsync(mia, Role.Editor);
        using var socket = await OpenAsync(session, token);
        using var owner = server.Client(server.Token);
        using var http = server.Client(token);
        using var before = await http.GetAsync($"/api/sessions/{session.Id}", Cancel);
        Assert.Equal("editor", (string?)(await before.JsonAsync(Cancel))["session"]!["role"]);

        using var members = await owner.SendJsonAsync(
            HttpMethod.Put,
            $"/api/repositories/{session.RepositoryId}/members",
            $$"""{"members":[{"userId":"{{await UserAsync(server.Token)}}","role":"owner"}]}""",
            Cancel);

        Assert.Equal(WorkerSocketCloseCodes.NotFound, await CloseCodeAsync(socket));
        using var after = await http.GetAsync($"/api/sessions/{session.Id}", Cancel);
        Assert.Equal("/problems/not-found", await after.ProblemAsync(Cancel));
    }

    [Fact]
    public async Task An_editor_ends_anybodys_session_on_a_branch_but_no_quick_one_of_somebody_else()
    {
        var token = await server.AddUserAsync("Ede", Cancel);
        var onBranch = await AddWorktreeSessionAsync(await UserAsync(token), Role.Editor, await UserAsync(server.Token));
        var quick = await AddSessionAsync(Role.Editor);
        using var http = server.Client(token);

        using var refused = await http.SendJsonAsync(HttpMethod.Delete, $"/api/sessions/{quick.Id}", json: null, Cancel);
        using var deleted = await http.SendJsonAsync(HttpMethod.Delete, $"/api/sessions/{onBranch.Id}?keepWorktree=true", json: null, Cancel);

        Assert.Equal("/problems/only-owners-delete", await refused.ProblemAsync(Cancel));
        Assert.NotEqual(HttpStatusCode.Forbidden, deleted.StatusCode); // its worker needs the host, which is away here
    }

    [Fact]
    public async Task A_session_says_what_its_reader_may_do_in_it()
    {
        var session = await AddSessionAsync(Role.Viewer);
        using var owner = server.Client(server.Token);
        using var viewer = server.Client(await server.AddUserAsync("Vic", Cancel));

        Assert.Equal("owner", await RoleAsync(owner));
        Assert.Equal("viewer", await RoleAsync(viewer));

        async Task<string?> RoleAsync(HttpClient http)
        {
            using var answer = await http.GetAsync($"/api/sessions/{session.Id}", Cancel);
            return (string?)(await answer.JsonAsync(Cancel))["session"]!["role"];
        }
    }

    [Fact]
    public async Task Administrators_read_who_did_what_page_by_page()
    {
        var session = await AddSessionAsync(Role.Viewer);
        using var http = server.Client(server.Token);
        foreach (var role in new[] { "editor", "viewer", "none" })
        {
            using var shared = await http.SendJsonAsync(HttpMethod.Patch, $"/api/sessions/{session.Id}", $$"""{"sharedRole":"{{role}}"}""", Cancel);
        }

        var first = await PageAsync($"?subject={session.Id}&limit=2");
        var second = await PageAsync($"?subject={session.Id}&limit=2&before={(long?)first["next"]}");
        using var person = server.Client(await server.AddUserAsync("Nosy", Cancel));
        using var refused = await person.GetAsync("/api/audit", Cancel);

        Assert.Equal(["none", "viewer", "editor"], first["entries"]!.AsArray().Concat(second["entries"]!.AsArray()).Select(line => (string?)line!["details"]!["sharedRole"]));
        Assert.All(first["entries"]!.AsArray(), line => Assert.Equal("session-shared", (string?)line!["action"]));
        Assert.NotNull((string?)first["entries"]![0]!["actorName"]);
        Assert.Null(second["next"]);
        Assert.Equal("/problems/forbidden", await refused.ProblemAsync(Cancel));

        async Task<JsonNode> PageAsync(string query)
        {
            using var answer = await http.GetAsync($"/api/audit{query}", Cancel);
            return await answer.JsonAsync(Cancel);
        }
    }

    private async Task<Session> AddSessionAsync(Role? shared)
    {
        var clock = server.Services.GetRequiredService<TimeProvider>();
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync("a key", Cancel);
        var creator = await server.Services.GetRequiredService<UserStore>().FirstAdministratorAsync(Cancel);
        var session = new Session
        {
            Id = SessionId.New(clock),
            Type = SessionType.Quick,
            HostId = host.Id,
            LocationPath = "/tmp",
            CreatedBy = creator!.Id, // there always is one
            SharedRole = shared,
            CreatedAt = clock.GetUtcNow(),
            Workers =
            [
                new Worker { Id = WorkerId.New(clock), Type = WorkerType.Terminal, Name = "Terminal 1", Status = WorkerStatus.Lost, Cols = 80, Rows = 24, CreatedAt = clock.GetUtcNow() },
            ],
        };
        await server.Services.GetRequiredService<SessionStore>().SaveAsync(session, Cancel);
        return session;
    }

    private async Task<Session> AddWorktreeSessionAsync(UserId member, Role role, UserId? creator = null)
    {
        var clock = server.Services.GetRequiredService<TimeProvider>();
        var host = await server.Services.GetRequiredService<HostStore>().LocalAsync("a key", Cancel);
        var administrator = await UserAsync(server.Token);
        var repository = new Repository
        {
            Id = RepositoryId.New(clock),
            Owner = "local",
            Name = "lamp",
            Provider = "directory",
            HostId = host.Id,
            Status = RepositoryStatus.Ready,
            CreatedAt = clock.GetUtcNow(),
        };
        var repositories = server.Services.GetRequiredService<RepositoryStore>();
        await repositories.SaveAsync(repository, administrator, Cancel);
        await repositories.SetMembersAsync(repository.Id, new Dictionary<UserId, Role> { [administrator] = Role.Owner, [member] = role }, Cancel);
        var session = (await AddSessionAsync(shared: null)) with
        {
            Id = SessionId.New(clock),
            Type = SessionType.Worktree,
            RepositoryId = repository.Id.Value,
            Branch = "lamp",
            CreatedBy = creator ?? member,
        };
        session = session with { Workers = session.Workers.ConvertAll(worker => worker with { Id = WorkerId.New(clock) }) };
        await server.Services.GetRequiredService<SessionStore>().SaveAsync(session, Cancel);
        return session;
    }

    private async Task<UserId> UserAsync(string token)
    {
        using var http = server.Client(token);
        using var me = await http.GetAsync("/api/me", Cancel);
        return new UserId((string?)(await me.JsonAsync(Cancel))["user"]!["id"] ?? "");
    }

    /// <summary>Opens a worker's socket, and waits until the server has let it in.</summary>
    private async Task<ClientWebSocket> OpenAsync(Session session, string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(
            new UriBuilder(server.Address) { Scheme = "ws", Path = $"/ws/session/{session.Id}/worker/{session.Workers[0].Id}" }.Uri, Cancel);
        await MessageAsync(socket, "viewers");
        return socket;
    }

    private static async Task<JsonNode> MessageAsync(ClientWebSocket socket, string type)
    {
        while (await NextAsync(socket) is { } message)
        {
            if ((string?)message["type"] == type)
            {
                return message;
            }
        }

        throw new EndOfStreamException($"The socket closed with {socket.CloseStatus} before it said {type}.");
    }

    private static async Task<int?> CloseCodeAsync(ClientWebSocket socket)
    {
        while (await NextAsync(socket) is not null)
        {
            // What was on its way before it closes.
        }

        return (int?)socket.CloseStatus;
    }

    private static async Task<JsonNode?> NextAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 << 10];
        var received = await Patience.For(socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask(), "a message of the worker socket");
        return received.MessageType == WebSocketMessageType.Close ? null : JsonNode.Parse(buffer.AsSpan(0, received.Count));
    }
}
