using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Processes;

/// <summary>Programs with three pipes.</summary>
public sealed class ProtocolProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Output_and_errors_have_logs_of_their_own()
    {
        await using var keeper = await StartAsync("sh", "-c", "read x; echo \"out $x\"; echo err >&2; cat; exit 4");
        await using var output = await keeper.AttachAsync(client: "ada");
        await using var error = await keeper.AttachAsync(stream: WorkerOutput.Error);
        await output.TypeAsync(1, "line\nrest");
        await output.Connection.CloseInputAsync(Token);

        Assert.Equal(new ExitedNotice(13, 4, null), await output.ReadExitAsync());
        Assert.Equal(new ExitedNotice(4, 4, null), await error.ReadExitAsync());
        Assert.Equal(("out line\nrest", "err\n"), (output.Text, error.Text));
    }

    [Fact]
    [Trait("rule", "WL8")]
    public async Task A_program_waits_for_its_consumer_and_loses_nothing()
    {
        const int lines = 300_000;
        const long limit = 256 << 10;
        var launch = KeeperProcess.Pipes(_folder, "seq", "1", $"{lines}") with { UnreadLimitBytes = limit };
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);
        await using var reader = await keeper.AttachAsync();
        await reader.ReadAsync<HeldNotice>("being held back");
        Assert.Equal(HoldReason.Unread, reader.All<HeldNotice>().Single().Reason);
        Assert.InRange(reader.Offset, 0, limit + (64 << 10));

        while (!reader.All<ExitedNotice>().Any())
        {
            await reader.Connection.CommitAsync(reader.Offset, Token);
            var before = reader.Events.Count;
            var from = reader.Offset;
            await reader.ReadUntilAsync(() => reader.Events.Count > before || reader.Offset > from, "more");
        }

        Assert.Equal(string.Concat(Enumerable.Range(1, lines).Select(number => $"{number}\n")), reader.Text);
        Assert.Null(reader.All<HeldNotice>().Last().Reason);
    }

    public void Dispose() => _folder.Dispose();

    private Task<KeeperProcess> StartAsync(params string[] command) =>
        KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Pipes(_folder, command));
}
