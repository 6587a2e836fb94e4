using System.Globalization;
using System.Security.Cryptography;
using Atelier.Client.Workers;
using Atelier.TestKit;

namespace Atelier.System.Tests.Terminals;

/// <summary>Much output, and output that is no text: it arrives as it was printed.</summary>
public sealed class OutputTests
{
    private const string LogBytes = "--Sessions:TerminalLogBytes=8589934592";
    private const int LinesOf64MiB = 8_500_000;
    private const int LinesOf1GiB = 120_000_000;
    private const long MemoryLimit = 60 << 20;
    private const long DaemonMemoryLimit = 400 << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "WS2")]
    public Task A_program_that_prints_64_MiB_is_read_whole() => ReadSequenceAsync(LinesOf64MiB);

    [Fact]
    [Trait("kind", "soak")]
    public Task A_program_that_prints_1_GiB_is_read_whole() => ReadSequenceAsync(LinesOf1GiB);

    [Fact]
    [Trait("rule", "SW17")]
    public async Task Bytes_that_are_no_text_arrive_and_are_typed_unchanged()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        var session = await system.CreateSessionAsync();
        var bytes = new byte[1 << 20];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(Path.Combine(session.LocationPath, "bytes"), bytes, Cancel);
        var typed = bytes.AsSpan(0, 64 << 10).ToArray();
        var worker = await system.CreateWorkerAsync(
            session.Id, ["/bin/sh", "-c", $"stty raw -echo; cat bytes; head -c {typed.Length} > typed; printf END"]);

        await using var attachment = system.Attach(session.Id, worker.Id, "reader");
        for (var at = 0; at < typed.Length; at += 1000)
        {
            await attachment.TypeAsync(typed[at..Math.Min(at + 1000, typed.Length)], Cancel);
        }

        var output = new MemoryStream();
        await Patience.For(ReadToExitAsync(attachment, part => output.Write(part.Span)), "the program's end");

        Assert.Equal(Convert.ToHexString(SHA256.HashData([.. bytes, .. "END"u8])), Convert.ToHexString(SHA256.HashData(output.ToArray())));
        var got = await File.ReadAllBytesAsync(Path.Combine(session.LocationPath, "typed"), Cancel);
        Assert.True(typed.SequenceEqual(got), "What was typed differs.");
    }

    private static async Task ReadSequenceAsync(int lines)
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        var session = await system.CreateSessionAsync();
        var worker = await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", $"stty -opost; seq -f %.0f 1 {lines}"]);
        await using var attachment = system.Attach(session.Id, worker.Id, "reader");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = SystemUnderTest.ResidentBytes(system.Server.Pid);
        await ReadToExitAsync(attachment, part => hash.AppendData(part.Span));
        var grown = SystemUnderTest.ResidentBytes(system.Server.Pid) - before;
        var daemon = SystemUnderTest.ResidentBytes(system.DaemonPid);
        TestContext.Current.TestOutputHelper?.WriteLine($"The server grew by {grown >> 10} KiB; the daemon has {daemon >> 10} KiB.");
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        Assert.InRange(daemon, 0, DaemonMemoryLimit);

        using var wanted = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var line = new byte[16];
        for (var number = 1; number <= lines; number++)
        {
            number.TryFormat(line, out var length, provider: CultureInfo.InvariantCulture);
            line[length] = (byte)'\n';
            wanted.AppendData(line, 0, length + 1);
        }

        Assert.Equal(Convert.ToHexString(wanted.GetCurrentHash()), Convert.ToHexString(hash.GetCurrentHash()));
    }

    private static async Task ReadToExitAsync(WorkerAttachment attachment, Action<ReadOnlyMemory<byte>> take)
    {
        var next = 0L;
        await foreach (var happened in attachment.ReadAsync(Cancel))
        {
            switch (happened)
            {
                case WorkerEvent.Output output:
                    Assert.Equal(next, output.Offset);
                    next += output.Bytes.Length;
                    take(output.Bytes);
                    break;
                case WorkerEvent.Exited:
                    return;
                default:
                    break;
            }
        }
    }
}
