using Atelier.Protocol.WorkerLog;

namespace Atelier.Protocol.Tests.WorkerLog;

[Trait("rule", "WL4")]
public sealed class LogIndexRecordTests
{
    private static readonly LogIndexRecord s_resize = new(LogIndexKind.Resize, 8_388_608, 1_764_000_000_000, 120, 40);

    [Fact]
    public void A_record_reads_back_as_it_was_written()
    {
        Span<byte> bytes = stackalloc byte[LogIndexRecord.Size];
        s_resize.Write(bytes);

        Assert.True(LogIndexRecord.TryRead(bytes, out var read));
        Assert.Equal(s_resize, read);
    }

    [Fact]
    public void A_record_with_any_byte_changed_is_refused()
    {
        for (var at = 0; at < LogIndexRecord.Size; at++)
        {
            var bytes = new byte[LogIndexRecord.Size];
            s_resize.Write(bytes);
            bytes[at] ^= 0x10;

            Assert.False(LogIndexRecord.TryRead(bytes, out _), $"byte {at}");
        }
    }
}
