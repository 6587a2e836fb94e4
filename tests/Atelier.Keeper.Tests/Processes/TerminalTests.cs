using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Processes;

/// <summary>What a program finds when a keeper starts it in a terminal.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_program_has_a_controlling_terminal_of_the_size_asked_for()
    {
        await using var keeper = await StartHeldAsync("sh", "-c", "tty; stty size; cat /dev/null > /dev/tty && echo own; echo $TERM");
        await using var reader = await keeper.AttachAsync();
        LetGo();
        await reader.ReadExitAsync();

        Assert.Matches(@"\A/dev/pts/\d+\r\n24 80\r\nown\r\nxterm-256color\r\n\z", reader.Text);
    }

    [Fact]
    public async Task A_program_leads_a_session_and_the_foreground_group_of_its_own()
    {
        await using var keeper = await StartHeldAsync("python3", "-c", "import os; print(os.getpid() == os.getsid(0) == os.getpgrp() == os.tcgetpgrp(0))");
        await using var reader = await keeper.AttachAsync();
        LetGo();
        await reader.ReadExitAsync();

        Assert.Equal("True\r\n", reader.Text);
    }

    [Fact]
    public async Task A_program_inherits_no_descriptor_no_blocked_and_no_ignored_signal()
    {
        await using var keeper = await StartHeldAsync("sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Blk|Ign)' /proc/self/status");
        await using var reader = await keeper.AttachAsync();
        LetGo();
        await reader.ReadExitAsync();

        // ls itself opens the directory as 3; signals 32 and 33 are the C library's own.
        Assert.Equal("0 1 2 3 SigBlk:\t0000000000000000\r\nSigIgn:\t0000000180000000\r\n", reader.Text);
    }

    [Fact]
    public async Task A_program_has_exactly_the_environment_it_was_launched_with()
    {
        var launch = KeeperProcess.Terminal(_folder, Held("/usr/bin/env")) with
        {
            Environment = new Dictionary<string, string> { ["ONE"] = "1", ["UMLAUT"] = "ä=ö" },
        };
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
        await using var reader = await keeper.AttachAsync();
        LetGo();
        await reader.ReadExitAsync();

        Assert.Equal(["ONE=1", "UMLAUT=ä=ö"], reader.Text.Split("\r\n").Where(line => line is not "" && !line.StartsWith("PWD=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Job_control_works_in_a_shell()
    {
        await using var keeper = await StartAsync("bash", "--norc", "--noprofile", "--noediting", "-i");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.ReadTextAsync("$ ");
        await reader.TypeAsync(1, "cat\r");
        await reader.ReadTextAsync("cat\r\n");
        await reader.TypeAsync(2, "hello\r");
        await reader.ReadTextAsync("hello\r\nhello\r\n");

        await reader.TypeAsync(3, "\u001a");
        await reader.ReadTextAsync("Stopped                 cat\r\n$ "); // its prompt too: bash would print it into what is typed before
        await reader.TypeAsync(4, "fg\r");
        await reader.ReadTextAsync("fg\r\ncat\r\n");
        await reader.TypeAsync(5, "again\r");
        await reader.ReadTextAsync("again\r\nagain\r\n");
        await reader.TypeAsync(6, "\u0003");
        await reader.ReadTextAsync("^C\r\n$ ");
        await reader.TypeAsync(7, "echo code=$?; exit 7\r");

        Assert.Equal(7, (await reader.ReadExitAsync()).ExitCode);
        Assert.Contains("code=130", reader.Text);
        Assert.DoesNotContain("no job control", reader.Text);
    }

    [Theory]
    [InlineData("TERM", SignalTarget.Group)]
    [InlineData("KILL", SignalTarget.Foreground)]
    public async Task A_signal_ends_a_program_and_is_told(string signal, SignalTarget target)
    {
        await using var keeper = await StartAsync("sleep", "1000");
        await using var reader = await keeper.AttachAsync();
        await reader.Connection.SignalAsync(new SignalRequest(signal, target), TestContext.Current.CancellationToken);

        var exit = await reader.ReadExitAsync();
        Assert.Equal((null, signal), (exit.ExitCode, exit.Signal));
    }

    [Fact]
    public async Task A_signal_to_the_foreground_reaches_the_job_and_not_the_shell()
    {
        await using var keeper = await StartAsync("bash", "--norc", "--noprofile", "--noediting", "-i");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "sh -c 'echo re''ady; exec sleep 1000'\r");
        await reader.ReadTextAsync("\r\nready\r\n");
        await reader.Connection.SignalAsync(new SignalRequest("INT", SignalTarget.Foreground), TestContext.Current.CancellationToken);
        await reader.TypeAsync(2, "echo code=$?\r");

        await reader.ReadTextAsync("code=130");
    }

    [Fact]
    public async Task State_names_the_program_in_the_foreground()
    {
        await using var keeper = await StartAsync("bash", "--norc", "--noprofile", "--noediting", "-i");
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "cat\r");
        await reader.ReadTextAsync("cat\r\n");
        await reader.TypeAsync(2, "x\r");
        await reader.ReadTextAsync("x\r\nx\r\n");
        await reader.Connection.GetStateAsync(TestContext.Current.CancellationToken);

        Assert.Equal("cat", (await reader.ReadAsync<KeeperState>("State")).Foreground);
    }

    [Fact]
    public async Task A_program_may_close_its_terminal_and_open_it_again()
    {
        await using var keeper = await StartAsync(
            "python3", "-c", "import os,time; t=os.ttyname(0); [os.close(n) for n in (0,1,2)]; time.sleep(0.3); f=os.open(t,os.O_RDWR); os.write(f,b'back')");
        await using var reader = await keeper.AttachAsync();
        await reader.ReadExitAsync();

        Assert.Equal("back", reader.Text);
    }

    [Fact]
    public async Task Processes_left_to_the_keeper_do_not_stay_zombies()
    {
        await using var keeper = await StartAsync("sh", "-c", "(setsid sh -c 'echo $$; sleep 0.2' &) ; exec cat");
        await using var reader = await keeper.AttachAsync();
        await reader.ReadUntilAsync(() => reader.Text.EndsWith('\n'), "the orphan's number");
        var orphan = int.Parse(reader.Text);

        await Patience.Until(() => !Directory.Exists($"/proc/{orphan}"), "the orphan to be taken away");
    }

    [Fact]
    public async Task A_keeper_lets_ordinary_ends_pass()
    {
        await using var keeper = await StartAsync("cat");
        foreach (var signal in new[] { 1, 2, 15 })
        {
            Assert.Equal(0, NativeMethods.Kill(keeper.Ready.KeeperPid, signal));
        }

        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "still here\r");
        await reader.ReadTextAsync("still here\r\nstill here");
    }

    [Theory]
    [InlineData("command-not-found", "no-such-program", null)]
    [InlineData("cwd-not-found", "cat", "/no/such/folder")]
    [InlineData("not-executable", "/etc/passwd", null)]
    public async Task A_program_that_cannot_be_started_is_told_of(string code, string program, string? cwd)
    {
        var launch = KeeperProcess.Terminal(_folder, program);
        var (process, reply) = await KeeperProcess.TryStartAsync(_folder["w"], launch with { Cwd = cwd ?? launch.Cwd });
        using (process)
        {
            await Patience.For(process.WaitForExitAsync(TestContext.Current.CancellationToken), "the keeper to give up");
        }

        Assert.Null(reply.Ready);
        Assert.Equal(code, reply.Problem?.Code);
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Two_hundred_idle_keepers_stay_small_and_asleep()
    {
        var keepers = new List<KeeperProcess>();
        try
        {
            for (var at = 0; at < 200; at++)
            {
                var launch = KeeperProcess.Terminal(_folder, "cat") with { Socket = _folder[$"{at}.sock"] };
                keepers.Add(await KeeperProcess.StartAsync(_folder[$"w{at}"], launch));
            }

            Assert.All(keepers, keeper => Assert.InRange(Memory.PrivateKiB(keeper.Ready.KeeperPid), 0, 12 * 1024));
            var before = keepers.ConvertAll(Switches);
            await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

            // A few may have had their last look at the children in this time; none wakes up again and again.
            Assert.All(keepers.ConvertAll(Switches).Zip(before), pair => Assert.InRange(pair.First - pair.Second, 0, 5));
        }
        finally
        {
            foreach (var keeper in keepers)
            {
                await keeper.DisposeAsync();
            }
        }

        static long Switches(KeeperProcess keeper) => long.Parse(
            File.ReadLines($"/proc/{keeper.Ready.KeeperPid}/status").First(line => line.StartsWith("voluntary_ctxt_switches", StringComparison.Ordinal)).Split('\t')[1]);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A program that ends at once would take its keeper with it before anybody had attached.</summary>
    private static string[] Held(params string[] command) =>
        ["/bin/sh", "-c", "while [ ! -e go ]; do /bin/sleep 0.01; done; exec \"$@\"", "sh", .. command];

    private void LetGo() => _folder.Write("go", "");

    private Task<KeeperProcess> StartHeldAsync(params string[] command) => StartAsync(Held(command));

    private Task<KeeperProcess> StartAsync(params string[] command) =>
        KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Terminal(_folder, command));
}
