using System.Text.Json;
using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

/// <summary>Commands reach the program once, in order and whole, or the server is told why not.</summary>
public sealed class AgentTypistTests
{
    private static readonly string?[] s_reasons = ["busy", "epoch-ended", "out-of-order"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "AL7")]
    public async Task Commands_that_are_sent_beside_each_other_and_again_by_a_later_daemon_are_typed_once_in_order()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"exec cat > {machine.Path("typed")}"));
        await Task.WhenAll(Enumerable.Range(1, 20).Reverse().Select(number => SendAsync(link, number)));
        var halfway = Enumerable.Range(21, 10).Select(number => SendAsync(link, number)).ToList();
        await Task.WhenAny(halfway);
        first.Kill();
        await Task.WhenAll(halfway).ContinueWith(_ => { }, TaskScheduler.Default);   // some were answered, some were not

        link = await machine.LinkAsync();
        await Task.WhenAll(Enumerable.Range(1, 30).Select(number => SendAsync(link, number)));

        await UntilTypedAsync(machine, 30);
        Assert.Equal(Enumerable.Range(1, 30).Select(number => $"{number}"), Typed(machine).Select(ModeOf));

        Task SendAsync(TestLink to, int number) => to.SayAsync(machine.Id("1"), number, AgentPrograms.Mode($"{number}"));
    }

    [Fact]
    [Trait("rule", "AL7")]
    public async Task A_command_that_is_not_the_next_one_or_not_for_this_process_is_refused()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Pipes(machine.Id("1"), "read line; exit 0"));

        Assert.Equal("out-of-order", await ReasonAsync(sequence: 2));
        Assert.Equal("epoch-ended", await ReasonAsync(sequence: 1, epoch: 2));
        Assert.Equal("invalid", await ReasonAsync(sequence: 0));
        Assert.Equal("not-found", await WorkerTests.ReasonAsync(link.SayAsync(machine.Id("none"), 1, AgentPrograms.Mode("m"))));
        await link.SayAsync(machine.Id("1"), 1, AgentPrograms.Mode("m"));
        await link.ReportAsync(machine.Id("1"), report => report.State == WorkerRunState.Exited, "the exit");
        Assert.Equal("epoch-ended", await ReasonAsync(sequence: 2));

        Task<string?> ReasonAsync(long sequence, int epoch = 1) =>
            WorkerTests.ReasonAsync(link.SayAsync(machine.Id("1"), sequence, AgentPrograms.Mode("m"), epoch));
    }

    [Fact]
    [Trait("rule", "AL7")]
    public async Task A_command_that_waits_for_a_program_hears_of_its_end()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Pipes(machine.Id("dies"), $"while [ ! -e {machine.Path("go")} ]; do sleep 0.01; done; exit 1"));
        await link.StartAsync(machine.Pipes(machine.Id("deaf"), $"exec 0<&-; echo deaf; sleep 600"));
        await machine.OutputHas(machine.Id("deaf"), "deaf");
        var waiting = link.SayAsync(machine.Id("dies"), 1, AgentPrograms.Mode(new string('m', 3 << 20)));

        Assert.Equal("input-closed", await WorkerTests.ReasonAsync(link.SayAsync(machine.Id("deaf"), 1, AgentPrograms.Mode("m"))));
        await File.WriteAllTextAsync(machine.Path("go"), "", Token);
        // Its pipe may be seen closed a moment before its end is.
        Assert.Contains(await WorkerTests.ReasonAsync(waiting), new string?[] { "epoch-ended", "input-closed" });
    }

    [Fact]
    [Trait("rule", "AL7")]
    [Trait("rule", "KL12")]
    public async Task A_prompt_with_large_images_arrives_whole()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Pipes(machine.Id("1"), $"exec cat > {machine.Path("typed")}"));
        var image = new string('A', 20 << 20);
        var content = AgentPrograms.Json($$"""[{"type":"image","mimeType":"image/png","data":"{{image}}"}]""");

        await link.SayAsync(machine.Id("1"), 1, new AgentCommand.Prompt("s", content, new Dictionary<string, string>()));
        await link.SayAsync(machine.Id("1"), 2, AgentPrograms.Mode("after"));

        await UntilTypedAsync(machine, 2);
        var typed = Typed(machine);
        Assert.Equal(image, typed[0].GetProperty("params").GetProperty("prompt")[0].GetProperty("data").GetString());
        Assert.Equal("after", ModeOf(typed[1]));
    }

    [Fact]
    public async Task A_program_that_reads_nothing_holds_up_nobody_else()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();
        await link.StartAsync(machine.Pipes(machine.Id("slow"), "sleep 600"));
        await link.StartAsync(machine.Pipes(machine.Id("quick"), $"exec cat > {machine.Path("typed")}"));
        var text = new string('m', 100_000);
        var waiting = Enumerable.Range(1, 100).Select(number => WorkerTests.ReasonAsync(
            link.SayAsync(machine.Id("slow"), number, AgentPrograms.Mode(text)))).ToList();

        Assert.Equal("busy", await await Task.WhenAny(waiting));
        await link.SayAsync(machine.Id("quick"), 1, AgentPrograms.Mode("quick"));
        Assert.True((await link.AttachPointAsync(machine.Id("slow"))).Live);
        await link.EndAsync(machine.Id("slow"));
        Assert.All(await Task.WhenAll(waiting), reason => Assert.Contains(reason, s_reasons));
    }

    private static List<JsonElement> Typed(TestMachine machine) =>
        [.. File.ReadLines(machine.Path("typed")).Select(AgentPrograms.Json)];

    private static string? ModeOf(JsonElement line) => line.GetProperty("params").GetProperty("modeId").GetString();

    private static Task UntilTypedAsync(TestMachine machine, int lines) => Patience.Until(
        () => File.Exists(machine.Path("typed")) && File.ReadLines(machine.Path("typed")).Count() >= lines, $"{lines} typed lines");
}
