using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Tests.Sessions;

public sealed class SessionTests
{
    private static readonly DateTimeOffset s_made = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Terminals_without_a_name_are_numbered_from_one() =>
        Assert.Equal("Terminal 2", NameOf(SessionWith("Terminal 1").NameFor(wanted: null, "Terminal")));

    [Fact]
    public void A_number_that_became_free_is_given_out_again() =>
        Assert.Equal("Terminal 1", NameOf(SessionWith("Terminal 2", "Terminal 3").NameFor(wanted: null, "Terminal")));

    [Fact]
    public void The_first_agent_is_called_as_its_program_and_the_next_has_a_number()
    {
        Assert.Equal("Codex", NameOf(SessionWith().NameFor(wanted: null, "Codex")));
        Assert.Equal("Codex 2", NameOf(SessionWith("Codex").NameFor(wanted: null, "Codex")));
    }

    [Fact]
    public void A_name_is_unique_within_a_session() =>
        Assert.IsType<NameDecision.Taken>(SessionWith("build").NameFor(" build ", "Terminal"));

    [Fact]
    public void A_worker_may_be_renamed_to_its_own_name()
    {
        var session = SessionWith("build");

        Assert.Equal("build", NameOf(session.Rename(session.Workers[0].Id, "build")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    public void Blank_and_control_characters_are_no_name(string name) =>
        Assert.IsType<NameDecision.NotAName>(SessionWith().NameFor(name, "Terminal"));

    [Fact]
    public void A_session_takes_no_more_workers_than_its_limit()
    {
        var full = SessionWith([.. Enumerable.Range(1, Session.MaxWorkers).Select(number => $"w{number}")]);

        Assert.IsType<NameDecision.TooManyWorkers>(full.NameFor("one more", "Terminal"));
    }

    [Fact]
    public void A_report_of_an_older_epoch_is_no_news()
    {
        var worker = WorkerNamed("w") with { Status = WorkerStatus.Running, Epoch = 3 };

        Assert.Equal(worker, worker.Reported(Report(WorkerRunState.Exited, epoch: 2)));
    }

    [Fact]
    public void An_exit_keeps_its_code_and_ends_the_activity()
    {
        var worker = WorkerNamed("w") with { Status = WorkerStatus.Running, Epoch = 1, Activity = ActivityState.Active };

        var exited = worker.Reported(Report(WorkerRunState.Exited, epoch: 1) with { ExitCode = 3 });

        Assert.Equal((WorkerStatus.Exited, 3, ActivityState.Unknown), (exited.Status, exited.ExitCode, exited.Activity));
    }

    [Fact]
    public void A_running_worker_that_its_host_does_not_know_is_lost() =>
        Assert.Equal(WorkerStatus.Lost, (WorkerNamed("w") with { Status = WorkerStatus.Running }).Missing().Status);

    [Theory]
    [InlineData(WorkerStatus.Starting)]
    [InlineData(WorkerStatus.Exited)]
    [InlineData(WorkerStatus.Lost)]
    internal void A_worker_that_does_not_run_is_not_lost_for_being_unknown_to_its_host(WorkerStatus status) =>
        Assert.Equal(status, (WorkerNamed("w") with { Status = status }).Missing().Status);

    private static string NameOf(NameDecision decision) => Assert.IsType<NameDecision.Accepted>(decision).Name;

    private static Session SessionWith(params string[] names) => new()
    {
        Id = new SessionId("ses"),
        Type = SessionType.Quick,
        HostId = new HostId("hst"),
        LocationPath = "/tmp",
        CreatedBy = new UserId("usr"),
        CreatedAt = s_made,
        Workers = [.. names.Select(WorkerNamed)],
    };

    private static Worker WorkerNamed(string name) => new()
    {
        Id = new WorkerId($"wrk-{name}"),
        Type = WorkerType.Terminal,
        Name = name,
        Status = WorkerStatus.Running,
        Cols = 80,
        Rows = 24,
        CreatedAt = s_made,
    };

    private static WorkerReport Report(WorkerRunState state, int epoch) => new(
        "wrk-w", state, WorkerKind.Terminal, epoch, End: 0, KeeperPid: null, ChildPid: null, ExitCode: null, Signal: null, Held: null, Title: null, ActivityState.Idle);
}
