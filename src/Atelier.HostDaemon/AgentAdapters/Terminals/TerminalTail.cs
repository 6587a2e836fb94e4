using System.Text;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.AgentAdapters.Terminals;

/// <summary>The end of what a terminal has printed, read from its log.</summary>
internal static class TerminalTail
{
    /// <summary>Most text that is given at once.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Most of the log that is looked at; colours may take more room than text.</summary>
    private const int MaxLogBytes = 4 << 20;

    /// <summary>Reads it.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="maxBytes">Most bytes of text.</param>
    public static TailReply Read(WorkerOwner worker, string folder, int maxBytes)
    {
        var report = worker.Report; // before the log: one that has ended says nothing after it
        using var log = new WorkerLogReader(Path.Combine(folder, LogFiles.OutputFolder));
        var (bytes, isCut) = End(log);
        var text = PlainOutput.Of(Encoding.UTF8.GetString(bytes));
        var kept = Ending(text, Math.Clamp(maxBytes, 0, MaxBytes));
        return new TailReply(kept, isCut || kept.Length < text.Length, report.State, report.ExitCode, report.Signal);
    }

    /// <summary>The end of a text, cut between characters.</summary>
    public static string Ending(string text, int maxBytes)
    {
        var (start, bytes) = (text.Length, 0);
        while (start > 0)
        {
            var length = start > 1 && char.IsSurrogatePair(text[start - 2], text[start - 1]) ? 2 : 1;
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(start - length, length));
            if (bytes > maxBytes)
            {
                break;
            }

            start -= length;
        }

        return text[start..];
    }

    private static (byte[] Bytes, bool IsCut) End(WorkerLogReader log)
    {
        log.Refresh();
        while (true)
        {
            var from = Math.Max(log.Oldest, log.End - MaxLogBytes);
            try
            {
                var bytes = new byte[log.End - from];
                var length = 0;
                while (length < bytes.Length && log.Read(from + length, bytes.AsSpan(length)) is var count and > 0)
                {
                    length += count;
                }

                // In the middle of a character, there is nothing of it before.
                var start = from == 0 ? 0 : bytes.AsSpan(0, Math.Min(3, length)).IndexOfAnyExceptInRange((byte)0x80, (byte)0xBF) is >= 0 and var at ? at : 0;
                return (bytes[start..length], from > 0);
            }
            catch (DroppedBytesException)
            {
                log.Refresh(); // its oldest part was dropped this instant
            }
        }
    }
}
