using System.Buffers;
using System.Text;

namespace Atelier.Git.Processes;

/// <summary>Cuts a stream of bytes into lines; a carriage return ends one as well, as progress meters write.</summary>
/// <param name="onLine">Told of each line that is not empty; null when nobody listens.</param>
internal sealed class LineCutter(Action<string>? onLine)
{
    private const int MaxLineBytes = 4 << 10;

    private readonly List<byte> _line = [];

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (onLine is null)
        {
            return;
        }

        foreach (var value in bytes)
        {
            if (value is (byte)'\n' or (byte)'\r')
            {
                Finish();
            }
            else if (_line.Count < MaxLineBytes)
            {
                _line.Add(value);
            }
        }
    }

    public void Finish()
    {
        if (_line.Count > 0)
        {
            onLine?.Invoke(Encoding.UTF8.GetString([.. _line]));
            _line.Clear();
        }
    }
}

/// <summary>Keeps the first bytes of an output.</summary>
/// <param name="maxBytes">How many; null to keep nothing and take everything.</param>
/// <param name="onLine">Told of each line.</param>
/// <param name="onFull">Called once, when there are more.</param>
internal sealed class OutputHead(int? maxBytes, Action<string>? onLine, Action onFull)
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private readonly LineCutter _lines = new(onLine);
    private bool _isFull;

    public ReadOnlyMemory<byte> Bytes => _kept.WrittenMemory;

    public void Add(ReadOnlyMemory<byte> bytes)
    {
        _lines.Add(bytes.Span);
        if (maxBytes is not { } most)
        {
            return;
        }

        var room = most - _kept.WrittenCount;
        _kept.Write(bytes.Span[..Math.Min(room, bytes.Length)]);
        if (bytes.Length > room && !_isFull)
        {
            _isFull = true;
            onFull();
        }
    }

    public void Finish() => _lines.Finish();
}

/// <summary>Keeps the last bytes of an output.</summary>
/// <param name="maxBytes">How many.</param>
/// <param name="onLine">Told of each line.</param>
internal sealed class OutputTail(int maxBytes, Action<string>? onLine)
{
    private readonly LineCutter _lines = new(onLine);
    private byte[] _kept = [];

    public string Text => Encoding.UTF8.GetString(_kept);

    public void Add(ReadOnlyMemory<byte> bytes)
    {
        _lines.Add(bytes.Span);
        var all = new byte[_kept.Length + bytes.Length];
        _kept.CopyTo(all, 0);
        bytes.CopyTo(all.AsMemory(_kept.Length));
        _kept = all.Length <= maxBytes ? all : all[^maxBytes..];
    }

    public void Finish() => _lines.Finish();
}
