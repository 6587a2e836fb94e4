using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atelier.TestKit;
using Atelier.TestKit.Servers;

namespace Atelier.System.Tests.Servers;

/// <summary>
/// The server and its PostgreSQL are killed while people write; what was acknowledged is there afterwards, and there is
/// never a second PostgreSQL.
/// </summary>
public sealed class PostgresKillTests : IDisposable
{
    private const int Kills = 3;
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<string> _acknowledged = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "SW15")]
    public async Task A_killed_PostgreSQL_comes_back_with_everything_acknowledged()
    {
        await using var server = await StartAsync();
        using var http = server.Client();
        using var stop = new CancellationTokenSource();
        var writing = WriteAsync(http, stop.Token);

        for (var kill = 0; kill < Kills; kill++)
        {
            var before = _acknowledged.Count;
            await Patience.Until(() => _acknowledged.Count > before + 20, "acknowledged writes");
            Kill(server.PostgresPid);
        }

        var last = _acknowledged.Count;
        await Patience.Until(() => _acknowledged.Count > last + 20, "writes after the last kill");
        await stop.CancelAsync();
        await writing;
        await AssertAllThereAsync(http);
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_the_server_says_try_again()
    {
        await using var server = await StartAsync();
        using var http = server.Client();

        Kill(server.PostgresPid);
        HttpResponseMessage answer;
        do
        {
            answer = await http.GetAsync("/api/me", Cancel);
        }
        while (answer.IsSuccessStatusCode);

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("/problems/database-unavailable", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))?["type"]);
        await Patience.Until(
            () => http.GetAsync("/api/me", Cancel).Result.IsSuccessStatusCode, "PostgreSQL to come back");
    }

    [Fact]
    public async Task A_killed_server_leaves_its_PostgreSQL_to_the_next_one()
    {
        var first = await StartAsync();
        var postgres = first.PostgresPid;
        using (var http = first.Client())
        {
            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(http, stop.Token);
            await Patience.Until(() => _acknowledged.Count > 50, "acknowledged writes");
            await first.KillAsync();
            await stop.CancelAsync();
            await writing;
        }

        await using var second = await StartAsync();

        Assert.Equal(postgres, second.PostgresPid);
        Assert.Single(PostmastersOn(_folder["data"]));
        using var after = second.Client();
        await AssertAllThereAsync(after);
    }

    [Fact]
    public async Task Killed_together_they_come_back_together()
    {
        var first = await StartAsync();
        using (var http = first.Client())
        {
            using var stop = new CancellationTokenSource();
            var writing = WriteAsync(http, stop.Token);
            await Patience.Until(() => _acknowledged.Count > 50, "acknowledged writes");
            Kill(first.PostgresPid);
            await first.KillAsync();
            await stop.CancelAsync();
            await writing;
        }

        await using var second = await StartAsync();

        Assert.Single(PostmastersOn(_folder["data"]));
        using var after = second.Client();
        await AssertAllThereAsync(after);
    }

    [Fact]
    public async Task A_server_that_stops_in_order_stops_its_PostgreSQL()
    {
        var server = await StartAsync();

        Assert.Equal(0, await server.StopAsync());

        Assert.Empty(PostmastersOn(_folder["data"]));
        Assert.False(File.Exists(Path.Combine(_folder["data"], "postgres/postmaster.pid")));
    }

    [Fact]
    public async Task Of_two_servers_that_start_on_one_data_folder_one_runs_and_the_other_says_why_not()
    {
        var servers = await Task.WhenAll(StartAsync(), StartAsync());
        var running = Assert.Single(servers, server => server.Address.Port != 80);
        var refused = Assert.Single(servers, server => server.Address.Port == 80);

        Assert.Equal(2, await refused.EndAsync());
        Assert.Contains("in use by another server", refused.Said, StringComparison.Ordinal);
        Assert.Single(PostmastersOn(_folder["data"]));
        await running.DisposeAsync();
        await refused.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(_folder["data"], Cancel, "--Host:Enabled=false");

    // Each write is remembered only when the server has said that it was made.
    private async Task WriteAsync(HttpClient http, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            try
            {
                using var answer = await http.PostAsJsonAsync("/api/tokens", new { name = $"token {number}" }, stop);
                if (answer.IsSuccessStatusCode)
                {
                    var created = await answer.Content.ReadFromJsonAsync<JsonNode>(stop);
                    _acknowledged.Add((string?)created?["token"]?["id"] ?? "");
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException)
            {
                // Not acknowledged, so nobody was promised anything.
            }
        }
    }

    private async Task AssertAllThereAsync(HttpClient http)
    {
        var tokens = await http.GetFromJsonAsync<JsonNode>("/api/tokens", Cancel);
        var there = (tokens?["tokens"]?.AsArray() ?? []).Select(token => (string?)token?["id"]).ToHashSet(
            StringComparer.Ordinal);
        Assert.All(_acknowledged, id => Assert.Contains(id, there));
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    /// <summary>
    /// Processes that were started with this data folder as argument of postgres itself; its children have a title
    /// instead.
    /// </summary>
    private static List<int> PostmastersOn(string data)
    {
        var running = ProcessesOn(data);
        return running.FindAll(pid => !running.Contains(ParentOf(pid))); // a backend has its postmaster's command line until it gets a title of its own
    }

    private static List<int> ProcessesOn(string data) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Select(name => int.Parse(name!)) // a directory of /proc has a name
            .Where(pid => CommandLine(pid) is [var program, ..] arguments
                && program.EndsWith("/postgres", StringComparison.Ordinal)
                && arguments.Contains(Path.Combine(data, "postgres"))),
    ];

    // pid (name) state parent …; the name may hold anything.
    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
