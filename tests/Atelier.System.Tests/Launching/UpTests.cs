using System.Net;
using System.Net.Sockets;

namespace Atelier.System.Tests.Launching;

/// <summary>What <c>atelier up</c>, <c>status</c> and <c>down</c> promise.</summary>
public sealed class UpTests
{
    [Theory]
    [Trait("rule", "SW23")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Up_serves_until_Ctrl_C_which_leaves_the_workers_and_down_leaves_nothing(bool asOrdinaryUser)
    {
        Assert.SkipWhen(asOrdinaryUser && Environment.UserName != "root", "the other case is an ordinary user's already");
        await using var atelier = await InstalledAtelier.MakeAsync(asOrdinaryUser);
        var up = atelier.Up();

        var link = await up.ReadyAsync();
        Assert.Equal(atelier.Port, link.Port);
        Assert.Contains($"http://127.0.0.1:{atelier.Port}", up.Said, StringComparison.Ordinal);
        var running = await atelier.ProcessesUntilAsync(processes => processes.Contains("daemon"), "a daemon");
        Assert.Equal(["daemon", "postgres", "server"], running.Select(role => role.Key).Order(StringComparer.Ordinal));

        await atelier.StartWorkerAsync("sleep", "600");
        Assert.Equal(0, await up.InterruptAsync());
        var left = await atelier.ProcessesAsync();
        Assert.Equal(["daemon", "keeper"], left.Select(role => role.Key).Order(StringComparer.Ordinal));
        Assert.Equal(running["daemon"], left["daemon"]);

        var asked = await atelier.CliAsync("down");
        Assert.Equal(1, asked.ExitCode);
        Assert.Contains("--yes", asked.Complained, StringComparison.Ordinal);
        Assert.Equal(0, (await atelier.CliAsync("down", "--yes")).ExitCode);
        Assert.Empty(await atelier.ProcessesAsync());
    }

    [Fact]
    [Trait("rule", "SW24")]
    public async Task A_killed_server_is_started_again()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up().ReadyAsync();
        var killed = (await atelier.ProcessesAsync())["server"].Single();

        InstalledAtelier.Kill(killed);

        var after = await atelier.ProcessesUntilAsync(
            processes => processes["server"].Any(pid => pid != killed), "another server");
        Assert.Single(after["postgres"]);
    }

    [Fact]
    [Trait("kind", "soak")]
    [Trait("rule", "SW24")]
    public async Task A_second_up_takes_over_what_runs()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        var first = atelier.Up();
        await first.ReadyAsync();
        var before = await atelier.ProcessesUntilAsync(processes => processes.Contains("daemon"), "a daemon");

        var second = atelier.Up();

        Assert.Equal(0, await first.EndAsync());
        await second.ReadyAsync();
        var after = await atelier.ProcessesAsync();
        Assert.Equal(before["daemon"], after["daemon"]);
        Assert.NotEqual(before["server"], after["server"]);
        Assert.Single(after["server"]);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task A_port_that_is_taken_is_named_and_up_ends()
    {
        await using var other = await InstalledAtelier.MakeAsync();
        await other.Up().ReadyAsync();
        await using var atelier = await InstalledAtelier.MakeAsync();

        var up = atelier.Up("--port", $"{other.Port}");

        Assert.NotEqual(0, await up.EndAsync());
        Assert.Contains($"{other.Port}", up.Said, StringComparison.Ordinal);
        Assert.Contains("--port", up.Said, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "SW24")]
    public async Task A_port_that_another_program_holds_costs_nobody_the_server_that_runs()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up().ReadyAsync();
        var before = await atelier.ProcessesAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;

        var up = atelier.Up("--port", $"{taken}");

        Assert.Equal(1, await up.EndAsync());
        Assert.Contains($"Another program listens on port {taken}. Choose another --port.", up.Said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', up.Said);
        Assert.Equal(before["server"], (await atelier.ProcessesAsync())["server"]);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Down_ends_a_PostgreSQL_that_a_killed_server_left_behind()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        var up = atelier.Up();
        await up.ReadyAsync();
        InstalledAtelier.Kill(up.Pid);
        InstalledAtelier.Kill((await atelier.ProcessesAsync())["server"].Single());

        Assert.Contains("postgres", (await atelier.ProcessesAsync()).Select(role => role.Key));
        Assert.Equal(0, (await atelier.CliAsync("down", "--yes")).ExitCode);

        Assert.Empty(await atelier.ProcessesAsync());
    }

    [Theory]
    [InlineData("atelier.test", HttpStatusCode.OK)]
    [InlineData("other.test", HttpStatusCode.MisdirectedRequest)]
    public async Task It_answers_to_the_names_it_was_given(string name, HttpStatusCode expected)
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up("--host-names", "atelier.test", "--trusted-proxies", "127.0.0.1").ReadyAsync();
        using var http = atelier.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { Host = name } };

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Where_nothing_runs_status_and_down_say_so()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();

        var status = await atelier.CliAsync("status");

        Assert.Equal(0, status.ExitCode);
        Assert.Contains("No server runs", status.Said, StringComparison.Ordinal);
        Assert.Equal(0, (await atelier.CliAsync("down")).ExitCode);
    }
}
