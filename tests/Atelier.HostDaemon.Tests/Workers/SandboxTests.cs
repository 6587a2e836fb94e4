using System.Diagnostics;
using Atelier.Protocol.HostLink;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Workers;

/// <summary>Programs locked in by bubblewrap, really run.</summary>
public sealed class SandboxTests
{
    [Fact]
    public async Task A_program_that_is_locked_in_writes_where_it_works_and_nowhere_else()
    {
        await SkipUnlessItWorksAsync();
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var (worker, work) = (machine.Id("1"), Directory.CreateDirectory(machine.Path("work")).FullName);
        var outside = $"/var/tmp/{worker}"; // not in /tmp, of which the program has one of its own
        Directory.CreateDirectory(Path.Combine(machine.Home, ".cache"));

        await StartAsync(
            link,
            machine,
            worker,
            work,
            $"""
            touch inside && echo "here: yes"
            touch {outside} 2>/dev/null && echo "outside: yes" || echo "outside: no"
            touch {machine.Home}/.profile
            touch {machine.Home}/.cache/settings && echo "settings: yes"
            cat {machine.Data.HostKeyFile} 2>/dev/null && echo "key: seen" || echo "key: hidden"
            echo done; sleep 600
            """);
        await machine.OutputHas(worker, "done");

        var said = machine.Output(worker);
        foreach (var line in new[] { "here: yes", "outside: no", "settings: yes", "key: hidden" })
        {
            Assert.Contains(line, said, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(Path.Combine(work, "inside")));
        Assert.False(File.Exists(outside));
        Assert.False(File.Exists(Path.Combine(machine.Home, ".profile")));
        Assert.True(File.Exists(Path.Combine(machine.Home, ".cache", "settings")));
    }

    [Fact]
    [Trait("rule", "HL10")]
    public async Task A_program_that_is_locked_in_ends_with_everything_it_started()
    {
        await SkipUnlessItWorksAsync();
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        var worker = machine.Id("1");

        await StartAsync(link, machine, worker, machine.Home, "setsid sleep 600 & echo started; exec sleep 600");
        await machine.OutputHas(worker, "started");
        var ended = await link.EndAsync(worker);

        Assert.Empty(ended.Left);
        Assert.True(ended.Ended >= 2, $"{ended.Ended} processes were ended.");
    }

    private static Task<WorkerReport> StartAsync(TestLink link, TestMachine machine, string worker, string cwd, string script) =>
        link.StartAsync(machine.Shell(worker, script) with { Sandbox = SandboxKind.Bubblewrap, Cwd = cwd });

    private static async Task SkipUnlessItWorksAsync()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed here (apt install bubblewrap)");
#pragma warning disable RS0030 // the test's own adapter
        using var trial = Process.Start(new ProcessStartInfo("/usr/bin/bwrap", ["--ro-bind", "/", "/", "--", "/bin/true"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        });
#pragma warning restore RS0030
        Assert.NotNull(trial);
        var why = await trial.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await trial.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(trial.ExitCode == 0, $"bubblewrap does not work here: {why.Trim()}");
    }
}
