using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Programs;

/// <summary>Installs by an npm that a script stands for: what matters is what becomes of its folders, whatever it does.</summary>
public sealed class ProgramInstallTests : IAsyncLifetime
{
    // Its last argument is package@version; the folder it is run in is where it installs to.
    private const string Npm =
        """
        #!/bin/sh
        for name; do :; done
        echo "fetching $name"
        env > "$FAKE_NPM/env"
        test -e "$FAKE_NPM/hang" && { touch "$FAKE_NPM/hangs"; sleep 60; }
        test -e "$FAKE_NPM/fail" && { echo "npm error: no such version" >&2; exit 1; }
        mkdir -p node_modules/.bin
        test -e "$FAKE_NPM/empty" && exit 0
        printf '#!/bin/sh\necho %s\n' "$name" > node_modules/.bin/tool-acp
        chmod +x node_modules/.bin/tool-acp
        """;

    private TestMachine _machine = null!;   // set before each test
    private string _fake = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _machine = await TestMachine.StartAsync();
        _fake = Directory.CreateDirectory(_machine.Path("npm")).FullName;
    }

    public ValueTask DisposeAsync() => _machine.DisposeAsync();

    [Fact]
    [Trait("rule", "HL13")]
    public async Task A_program_is_installed_beside_the_version_before_and_started_from_there()
    {
        var link = await LinkAsync(("CLAUDE_CODE_SECRET", "leaked"), ("ATELIER_SECRET", "leaked"));
        var first = await InstallAsync(link, "1.0.0");
        var second = await InstallAsync(link, "1.1.0");
        var third = await InstallAsync(link, "1.2.0");

        Assert.Equal(("tool", "1.2.0"), (third.Package, third.Version));
        Assert.Equal([false, true, true], new[] { first, second, third }.Select(one => Directory.Exists(one.Path)));
        var found = await link.AskAsync(
            HostMethods.DetectPrograms, new DetectProgramsRequest(["tool-acp", "sh"]), HostJson.Default.DetectProgramsRequest, HostJson.Default.DetectedPrograms);
        Assert.Equal(Path.Combine(third.Path, "node_modules/.bin/tool-acp"), found.Paths["tool-acp"]);
        Assert.Equal("1.2.0", found.Installed?["tool"].Version);
        Assert.DoesNotContain("leaked", await File.ReadAllTextAsync(Path.Combine(_fake, "env"), Cancel), StringComparison.Ordinal);

        var report = await link.StartAsync(_machine.Shell(_machine.Id("tool"), "") with { Command = ["tool-acp"], Kind = WorkerKind.Protocol });
        Assert.Equal(WorkerKind.Protocol, report.Kind);

        await link.AskAsync(HostMethods.UninstallProgram, new UninstallProgramRequest("tool"), HostJson.Default.UninstallProgramRequest, HostJson.Default.Done);
        Assert.False(Directory.Exists(Path.Combine(_machine.Data.Programs, "tool")));
    }

    [Fact]
    [Trait("rule", "HL13")]
    public async Task What_cannot_be_installed_says_why_and_leaves_what_was_there()
    {
        var link = await LinkAsync();
        await InstallAsync(link, "1.0.0");

        await File.WriteAllTextAsync(Path.Combine(_fake, "fail"), "", Cancel);
        var failed = await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "9.9.9"));
        Assert.Equal("install-failed", failed.Reason);
        Assert.Contains("no such version", failed.Message, StringComparison.Ordinal);
        File.Move(Path.Combine(_fake, "fail"), Path.Combine(_fake, "empty"));
        Assert.Contains("brings no tool-acp", (await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "2.0.0"))).Message, StringComparison.Ordinal);
        Assert.Equal("invalid", (await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "latest"))).Reason);
        Assert.Equal("invalid", (await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "1.0.0", id: "../tool"))).Reason);
        Assert.Equal("invalid", (await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "1.0.0", package: "tool; rm -rf /"))).Reason);

        var there = Directory.GetDirectories(Path.Combine(_machine.Data.Programs, "tool"));
        Assert.StartsWith("1.0.0-", Path.GetFileName(Assert.Single(there)), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "HL13")]
    public async Task A_machine_without_npm_says_so()
    {
        var link = await _machine.LinkAsync(("PATH", _machine.Path("nothing")));

        var refusal = await Assert.ThrowsAsync<JsonRpcException>(() => InstallAsync(link, "1.0.0"));

        Assert.Equal("npm-not-found", refusal.Reason);
        Assert.Contains("Install Node.js", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rule", "HL13")]
    public async Task What_a_killed_daemon_left_half_installed_is_no_version()
    {
        var link = await LinkAsync();
        var whole = await InstallAsync(link, "1.0.0");
        await File.WriteAllTextAsync(Path.Combine(_fake, "hang"), "", Cancel);
        var half = InstallAsync(link, "1.1.0");
        await Patience.Until(() => File.Exists(Path.Combine(_fake, "hangs")), "npm to be at work");
        _machine.KillDaemons();
        await Assert.ThrowsAnyAsync<Exception>(() => half);
        File.Delete(Path.Combine(_fake, "hang"));

        link = await LinkAsync();
        var found = await link.AskAsync(HostMethods.DetectPrograms, new DetectProgramsRequest(["tool-acp"]), HostJson.Default.DetectProgramsRequest, HostJson.Default.DetectedPrograms);
        Assert.Equal(whole, found.Installed?["tool"]);
        await InstallAsync(link, "1.1.0");
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_machine.Data.Programs, "tool")).Length);
    }

    private async Task<TestLink> LinkAsync(params (string Name, string Value)[] environment)
    {
        var npm = Path.Combine(_fake, "npm");
        await File.WriteAllTextAsync(npm, Npm, Cancel);
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return await _machine.LinkAsync([("PATH", $"{_fake}:/usr/local/bin:/usr/bin:/bin"), ("FAKE_NPM", _fake), .. environment]);
    }

    private static Task<InstalledProgram> InstallAsync(TestLink link, string version, string id = "tool", string package = "tool") => link.AskAsync(
        HostMethods.InstallProgram,
        new InstallProgramRequest($"{id}#{Guid.NewGuid():N}", id, package, version, ["tool-acp"]),
        HostJson.Default.InstallProgramRequest,
        HostJson.Default.InstalledProgram);
}
