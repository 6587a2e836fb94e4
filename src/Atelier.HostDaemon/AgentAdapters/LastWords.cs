using System.Text;
using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>The end of what a process wrote to its standard error (AL12).</summary>
internal static class LastWords
{
    private const int MaxBytes = 4 << 10;

    /// <summary>Reads them from the worker's folder; null when there are none.</summary>
    public static string? Read(string workerFolder, int epoch)
    {
        try
        {
            using var log = new WorkerLogReader(Path.Combine(workerFolder, LogFiles.ErrorFolder));
            var (start, end) = PlaceOf(log.ReadRecords(), epoch, log.End);
            start = Math.Max(start, Math.Max(log.Oldest, end - MaxBytes));
            var bytes = new byte[Math.Max(0, end - start)];
            var length = 0;
            while (length < bytes.Length && log.Read(start + length, bytes.AsSpan(length)) is var read and > 0)
            {
                length += read;
            }

            // Cut amid a character, it begins with the rest of one.
            var words = bytes.AsSpan(0, length);
            while (length == MaxBytes && words.Length > 0 && (words[0] & 0xC0) == 0x80)
            {
                words = words[1..];
            }

            return words.IsEmpty ? null : Encoding.UTF8.GetString(words).Replace('\0', '\ufffd');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or DroppedBytesException)
        {
            return null;
        }
    }

    private static (long Start, long End) PlaceOf(LogIndexRecord[] records, int epoch, long end)
    {
        var start = end;
        foreach (var record in records.Where(record => record.Kind == LogIndexKind.Epoch))
        {
            if (record.First == epoch)
            {
                start = record.Offset;
            }
            else if (record.First > epoch)
            {
                return (Math.Min(start, record.Offset), record.Offset);
            }
        }

        return (start, end);
    }
}
