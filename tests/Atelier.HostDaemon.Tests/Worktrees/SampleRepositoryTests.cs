using System.Diagnostics;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Worktrees;

public sealed class SampleRepositoryTests : IAsyncLifetime
{
    private TestMachine _machine = null!;   // set before each test
    private TestLink _link = null!;

    public async ValueTask InitializeAsync()
    {
        _machine = await TestMachine.StartAsync();
        _link = await _machine.LinkAsync(("GIT_CONFIG_GLOBAL", "/dev/null"));
    }

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    public async Task It_is_a_repository_with_two_commits_and_a_script_that_runs()
    {
        var made = await MakeAsync();

        Assert.Equal(new RepositoryFacts(_machine.Data.Sample, "main", RemoteUrl: null, IsBare: false), made);
        Assert.Equal("Greet whoever asks\nSay what this is", Git("log", "--format=%s"));
        Assert.Equal("", Git("status", "--porcelain"));
        Assert.Equal("Hello, Ada!\n", Run(Path.Combine(made.Path, "greet.sh"), "Ada"));
    }

    [Fact]
    [Trait("rule", "HL4")]
    public async Task Asking_again_finds_it_as_it_is()
    {
        var made = await Task.WhenAll(MakeAsync(), MakeAsync());
        await File.WriteAllTextAsync(Path.Combine(_machine.Data.Sample, "mine"), "", TestContext.Current.CancellationToken);

        Assert.All(made, each => Assert.Equal(made[0], each));
        Assert.Equal(made[0], await MakeAsync());
        Assert.Equal("?? mine", Git("status", "--porcelain"));
    }

    [Fact]
    public async Task One_that_was_deleted_stays_deleted()
    {
        await MakeAsync();
        Directory.Delete(_machine.Data.Sample, recursive: true);

        var refusal = await Assert.ThrowsAsync<JsonRpcException>(MakeAsync);

        Assert.Equal("not-found", refusal.Reason);
        Assert.False(Directory.Exists(_machine.Data.Sample));
    }

    [Fact]
    public async Task What_a_killed_daemon_left_half_made_is_made_anew()
    {
        Directory.CreateDirectory(Path.Combine(_machine.Data.Sample + ".new", ".git"));

        await MakeAsync();

        Assert.Equal("2", Git("rev-list", "--count", "HEAD"));
        Assert.False(Directory.Exists(_machine.Data.Sample + ".new"));
    }

    private Task<RepositoryFacts> MakeAsync() => _link.AskAsync(
        HostMethods.MakeSample, new MakeSampleRequest(), HostJson.Default.MakeSampleRequest, HostJson.Default.RepositoryFacts);

    private string Git(params string[] arguments) => TemporaryRepository.GitIn(_machine.Data.Sample, arguments);

    private static string Run(string program, string argument)
    {
#pragma warning disable RS0030 // the test runs what was made
        using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true, UseShellExecute = false })!;
#pragma warning restore RS0030
        return process.StandardOutput.ReadToEnd();
    }
}
