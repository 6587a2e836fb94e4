using Atelier.Keeper.Log;
using Atelier.Protocol.WorkerLog;
using Atelier.TestKit;

namespace Atelier.Keeper.Tests.Logs;

/// <summary>What a sync that goes wrong leaves for the next one.</summary>
[Trait("rule", "WL6")]
public sealed class LogWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_that_could_not_be_synced_is_synced_the_next_time_before_the_mark_moves()
    {
        var writer = Write("one");
        var syncs = new Queue<bool>([false, true]);
        writer.FolderToDisk = _ => syncs.Dequeue();

        Assert.False(writer.Sync());
        Assert.Equal(0, Synced());
        Assert.True(writer.Sync());
        Assert.Equal(3, Synced());
        Assert.True(writer.Sync()); // nothing new in the folder: it is not asked
        Assert.Empty(syncs);
    }

    [Fact]
    public void A_sealed_segment_that_could_not_be_synced_holds_the_mark_back_until_it_is()
    {
        var writer = Write("first", "second");
        var tried = new List<int>();
        var isBroken = true;
        writer.FileToDisk = fd =>
        {
            tried.Add(fd);
            return tried.Count != 2 || !isBroken; // the index comes first, then what is sealed
        };

        Assert.False(writer.Sync());
        var refused = tried[1];
        tried.Clear();
        isBroken = false;

        Assert.Equal(0, Synced());
        Assert.True(writer.Sync());
        Assert.Contains(refused, tried);
        Assert.Equal(11, Synced());
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A writer that has written segments of so many bytes each.</summary>
    private unsafe LogWriter Write(params string[] segments)
    {
        var writer = LogWriter.Open(_folder["output"], segmentBytes: 1);
        foreach (var segment in segments)
        {
            fixed (byte* bytes = System.Text.Encoding.ASCII.GetBytes(segment))
            {
                Assert.Equal(segment.Length, writer.Append(bytes, segment.Length));
            }
        }

        return writer;
    }

    private long Synced() =>
        SyncedMark.TryRead(File.ReadAllBytes(Path.Combine(_folder["output"], LogFiles.Synced)), out var mark) ? mark.Offset : 0;
}
