using Atelier.Keeper.Socket;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Input;

/// <summary>Input longer than a frame, gathered until its last part has come (KL12).</summary>
/// <remarks>It is typed whole or not at all, so that a client which ends amid it may say it again, in whatever pieces.</remarks>
internal sealed class InputParts
{
    private List<byte[]> _parts = [];
    private long _sequence;
    private int _bytes;

    /// <summary>Keeps a part; those of another number are forgotten.</summary>
    public void Add(long sequence, ReadOnlySpan<byte> part)
    {
        if (sequence != _sequence)
        {
            Clear();
            _sequence = sequence;
        }

        if (part.Length > KeeperProtocol.MaxInputBytes - _bytes)
        {
            throw new BrokenProtocolException($"Input is at most {KeeperProtocol.MaxInputBytes} bytes long.");
        }

        _parts.Add(part.ToArray());
        _bytes += part.Length;
    }

    /// <summary>Hands over the parts of a number, and forgets all.</summary>
    public List<byte[]> Take(long sequence)
    {
        var parts = sequence == _sequence ? _parts : [];
        Clear();
        return parts;
    }

    public void Clear()
    {
        (_sequence, _bytes) = (0, 0);
        if (_parts.Count > 0)
        {
            _parts = [];
        }
    }
}
