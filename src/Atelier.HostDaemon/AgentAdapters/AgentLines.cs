using System.Buffers;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Takes a line of a program's output; true to be given the next one.</summary>
/// <param name="line">Its bytes without the line end, valid during the call.</param>
/// <param name="end">Log offset behind it.</param>
internal delegate ValueTask AgentLineTaker(AgentLine line, long end);

/// <summary>A line of a program's output.</summary>
/// <param name="Bytes">Its bytes without the line end; valid until the next ones are taken.</param>
/// <param name="IsTooLong">It is longer than is read; the bytes are its beginning.</param>
internal readonly record struct AgentLine(ReadOnlyMemory<byte> Bytes, bool IsTooLong);

/// <summary>Cuts a program's output into lines, over any pieces it comes in, and knows at which offset each ends.</summary>
/// <remarks>
/// A line longer than <see cref="MaxLineBytes"/> is told once and passed over: what has come of it counts as read, so that a program which never
/// ends its line is not held back for ever. Nothing else is read past before its end has come.
/// </remarks>
internal sealed class AgentLines(long offset, int maxLineBytes = AgentLines.MaxLineBytes)
{
    /// <summary>The longest line that is read: with everything around it, it has to fit into a message of HostLink (24 MiB).</summary>
    public const int MaxLineBytes = 16 << 20;

    private const int MaxKeptBytes = 1 << 20;

    private ArrayBufferWriter<byte> _begun = new();
    private bool _isPassingOver;

    /// <summary>Offset behind the last byte that was taken.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Takes output, and passes on each line that it ends.</summary>
    public async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes, AgentLineTaker take)
    {
        while (bytes.Length > 0)
        {
            var length = bytes.Span.IndexOf((byte)'\n');
            var isEnded = length >= 0;
            var piece = isEnded ? bytes[..length] : bytes;
            var taken = isEnded ? length + 1 : length = bytes.Length;
            bytes = bytes[taken..];
            Offset += taken;
            if (_isPassingOver)
            {
                _isPassingOver = !isEnded;
                await take(new AgentLine(default, IsTooLong: false), Offset);
            }
            else if (_begun.WrittenCount + piece.Length > maxLineBytes)
            {
                _isPassingOver = !isEnded;
                var beginning = _begun.WrittenCount > 0 ? _begun.WrittenMemory : piece;
                await take(new AgentLine(beginning, IsTooLong: true), Offset);
                Forget();
            }
            else if (!isEnded)
            {
                _begun.Write(piece.Span);
            }
            else if (_begun.WrittenCount == 0)
            {
                await take(new AgentLine(piece, IsTooLong: false), Offset);
            }
            else
            {
                _begun.Write(piece.Span);
                await take(new AgentLine(_begun.WrittenMemory, IsTooLong: false), Offset);
                Forget();
            }
        }
    }

    /// <summary>Goes on elsewhere; a line that was begun is dropped.</summary>
    public void MoveTo(long offset)
    {
        Offset = offset;
        _isPassingOver = false;
        Forget();
    }

    private void Forget()
    {
        if (_begun.Capacity > MaxKeptBytes)
        {
            _begun = new ArrayBufferWriter<byte>();   // one huge line is no reason to stay huge
        }
        else
        {
            _begun.ResetWrittenCount();
        }
    }
}
