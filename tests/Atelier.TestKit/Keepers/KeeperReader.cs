using System.Text;
using Atelier.Protocol.KeeperLink;

namespace Atelier.TestKit.Keepers;

/// <summary>Input was acknowledged.</summary>
public sealed record InputAck(long Sequence);

/// <summary>The log has grown.</summary>
public sealed record Progress(long End);

/// <summary>Reads a KeeperLink and checks as it goes that no byte is missing and none comes twice.</summary>
public sealed class KeeperReader(KeeperConnection connection) : IAsyncDisposable
{
    private readonly MemoryStream _bytes = new();

    public KeeperConnection Connection { get; } = connection;

    public AttachedReply Attached { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Offset of the next byte to come.</summary>
    public long Offset { get; private set; }

    /// <summary>All output so far.</summary>
    public byte[] Bytes => _bytes.ToArray();

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Everything that was no output, in order, with the offset at which the reader was when it came.</summary>
    public IList<(long At, object Message)> Events { get; } = [];

    /// <summary>Does not keep output, only checks its offsets; for floods.</summary>
    public bool Forgets { get; set; }

    /// <summary>Told of output instead of its being kept.</summary>
    public Action<ReadOnlyMemory<byte>>? OnOutput { get; set; }

    public long Acknowledged => All<InputAck>().LastOrDefault()?.Sequence ?? 0;

    public IEnumerable<T> All<T>() => Events.Select(each => each.Message).OfType<T>();

    public async Task AttachAsync(AttachRequest request)
    {
        await Connection.AttachAsync(request, CancellationToken.None);
        var before = All<AttachedReply>().Count();
        await ReadUntilAsync(() => All<AttachedReply>().Count() > before, "Attached");
    }

    public Task TypeAsync(long sequence, string text) => TypeAsync(sequence, Encoding.UTF8.GetBytes(text));

    public async Task TypeAsync(long sequence, byte[] bytes) => await Connection.TypeAsync(sequence, bytes, CancellationToken.None);

    public Task<T> ReadAsync<T>(string what) => ReadNextAsync<T>(All<T>().Count(), what);

    public Task ReadTextAsync(string text) =>
        ReadUntilAsync(() => Text.Contains(text, StringComparison.Ordinal), $"the text {text}");

    public Task<ExitedNotice> ReadExitAsync() => ReadNextAsync<ExitedNotice>(0, "Exited");

    public Task ReadUntilOffsetAsync(long offset) => ReadUntilAsync(() => Offset >= offset, $"offset {offset}");

    public async Task<T> ReadNextAsync<T>(int before, string what)
    {
        await ReadUntilAsync(() => All<T>().Count() > before, what);
        return All<T>().ElementAt(before);
    }

    public async Task ReadUntilAsync(Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (!condition())
        {
            KeeperFrame? frame;
            try
            {
                frame = await Connection.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException late)
            {
                throw new TimeoutException($"Waited for {what}; came so far: {Describe()}", late);
            }

            Take(frame ?? throw new InvalidOperationException($"The keeper closed the connection before {what}; came so far: {Describe()}"));
        }
    }

    public async Task ReadToCloseAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        while (await Connection.ReadAsync(limit.Token) is { } frame)
        {
            Take(frame);
        }

        // The keeper waits for that.
        await Connection.DisposeAsync();
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private void Take(KeeperFrame frame)
    {
        if (frame.Type == KeeperFrameType.Output)
        {
            if (frame.Number != Offset)
            {
                throw new InvalidOperationException($"Output came at {frame.Number} where {Offset} was due.");
            }

            Offset += frame.Bytes.Length;
            OnOutput?.Invoke(frame.Bytes);
            if (!Forgets && OnOutput is null)
            {
                _bytes.Write(frame.Bytes.Span);
            }

            return;
        }

        object message = frame.Type switch
        {
            KeeperFrameType.Attached => Attached = frame.Read(KeeperJson.Default.AttachedReply),
            KeeperFrameType.Gap => frame.Read(KeeperJson.Default.GapNotice),
            KeeperFrameType.InputAck => new InputAck(frame.Number),
            KeeperFrameType.Progress => new Progress(frame.Number),
            KeeperFrameType.InputRefused => frame.Read(KeeperJson.Default.InputRefusedNotice),
            KeeperFrameType.Resized => frame.Read(KeeperJson.Default.ResizedNotice),
            KeeperFrameType.Exited => frame.Read(KeeperJson.Default.ExitedNotice),
            KeeperFrameType.EpochStarted => frame.Read(KeeperJson.Default.EpochStartedNotice),
            KeeperFrameType.State => frame.Read(KeeperJson.Default.KeeperState),
            KeeperFrameType.Held => frame.Read(KeeperJson.Default.HeldNotice),
            KeeperFrameType.Refused => frame.Read(KeeperJson.Default.RefusedNotice),
            _ => frame.Type,
        };
        Events.Add((Offset, message));
        Offset = message switch
        {
            AttachedReply attached => attached.Offset,
            GapNotice gap => gap.To,
            _ => Offset,
        };
    }

    private string Describe() =>
        $"{Offset} bytes, {string.Join("; ", Events.TakeLast(8).Select(each => each.Message))}, the last text {Text[Math.Max(0, Text.Length - 200)..]}";
}
