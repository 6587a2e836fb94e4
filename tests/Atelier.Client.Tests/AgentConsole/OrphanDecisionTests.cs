using System.Text.Json.Nodes;
using Atelier.Client.AgentConsole;

namespace Atelier.Client.Tests.AgentConsole;

public sealed class OrphanDecisionTests
{
    private static readonly DateTimeOffset s_made = new(2025, 12, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly AgentConsoleWorker s_worker = new("w", "agent", "Claude", AgentId: null, 123, s_made);

    [Fact]
    public void The_recorded_process_of_a_dead_server_is_ended() =>
        Assert.IsType<OrphanDecision.End>(About(new ProcessFacts(s_made.AddSeconds(4), "/work/app/src")));

    [Fact]
    public void A_process_whose_server_lives_is_left_alone() =>
        Assert.IsType<OrphanDecision.HandsOff>(About(new ProcessFacts(s_made, "/work/app"), isServerAlive: true));

    [Fact]
    public void A_missing_process_needs_nothing() => Assert.IsType<OrphanDecision.Gone>(About(process: null));

    [Fact]
    public void A_process_that_started_at_another_time_is_only_reported() =>
        Assert.IsType<OrphanDecision.Report>(About(new ProcessFacts(s_made.AddSeconds(6), "/work/app")));

    [Theory]
    [InlineData("/work/application")]
    [InlineData("/")]
    [InlineData(null)]
    public void A_process_that_works_elsewhere_is_only_reported(string? directory) =>
        Assert.IsType<OrphanDecision.Report>(About(new ProcessFacts(s_made, directory)));

    [Fact]
    public void A_process_of_an_unknown_server_is_only_reported() =>
        Assert.IsType<OrphanDecision.Report>(About(new ProcessFacts(s_made, "/work/app"), serverPid: null));

    private static OrphanDecision About(ProcessFacts? process, bool isServerAlive = false, int? serverPid = 9)
    {
        var session = new AgentConsoleSession(
            "s", "quick", "/work/app", RepositoryId: null, WorktreeId: null, Title: null, serverPid, s_made, [s_worker], new JsonObject());
        return OrphanDecision.About(session, s_worker, process, isServerAlive);
    }
}
