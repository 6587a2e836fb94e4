using Atelier.Keeper.Json;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Input;

/// <summary>Input on its way to the program: typed once, in order, acknowledged when the program's terminal or pipe has all of it (KL6, KL7).</summary>
internal sealed unsafe class InputQueue(Child child)
{
    private readonly Queue<Waiting> _waiting = [];
    private int _headDone;
    private int _waitingBytes;
    private bool _isClosing;
    private string? _refusal;

    /// <summary>Whether input waits for the program.</summary>
    public bool IsWaiting => _waiting.Count > 0;

    /// <summary>Whether more input may be taken in.</summary>
    public bool HasRoom => _waitingBytes < KeeperProtocol.MaxWaitingInputBytes;

    /// <summary>Types, or says why not. The answer goes to the typist's connection.</summary>
    public void Type(Typist typist, long sequence, ReadOnlySpan<byte> bytes)
    {
        var parts = typist.Parts.Take(sequence);
        if (sequence <= typist.Accepted)
        {
            if (sequence <= typist.Acknowledged)
            {
                Acknowledge(typist);
            }
        }
        else if (sequence != typist.Accepted + 1)
        {
            Refuse(typist, $"Input {sequence} came where {typist.Accepted + 1} was expected.");
        }
        else if (_refusal is not null || _isClosing)
        {
            Refuse(typist, _refusal ?? "The program's input is closed.");
        }
        else
        {
            TakeIn(typist, sequence, parts, bytes);
        }
    }

    /// <summary>Gives the program what it takes now.</summary>
    public void Flush()
    {
        while (_refusal is null && _waiting.TryPeek(out var head))
        {
            var done = Write(head.Bytes.AsSpan(_headDone));
            _headDone += done;
            _waitingBytes -= done;
            if (_refusal is not null || _headDone < head.Bytes.Length)
            {
                break;
            }

            _waiting.Dequeue();
            _headDone = 0;
            if (head.IsLast)
            {
                head.Typist.Acknowledged = head.Sequence;
                Acknowledge(head.Typist);
            }
        }

        if (_isClosing && _waiting.Count == 0)
        {
            child.CloseInput();
        }
    }

    /// <summary>Closes the program's standard input once it has what was typed before.</summary>
    public void CloseWhenEmpty()
    {
        _isClosing = true;
        Flush();
    }

    /// <summary>Takes no more, and gives up what waits.</summary>
    public void Stop(string reason)
    {
        _refusal ??= reason;
        while (_waiting.TryDequeue(out var waiting))
        {
            // It was accepted but is not typed: the client hears from which number on.
            waiting.Typist.Accepted = Math.Min(waiting.Typist.Accepted, waiting.Sequence - 1);
            if (waiting.IsLast)
            {
                Refuse(waiting.Typist, reason);
            }
        }

        _headDone = _waitingBytes = 0;
    }

    private void TakeIn(Typist typist, long sequence, List<byte[]> parts, ReadOnlySpan<byte> bytes)
    {
        typist.Accepted = sequence;
        foreach (var part in parts)
        {
            _waiting.Enqueue(new Waiting(typist, sequence, part, IsLast: false));
            _waitingBytes += part.Length;
        }

        var done = _waiting.Count == 0 ? Write(bytes) : 0;
        if (_refusal is not null)
        {
            typist.Accepted = sequence - 1;
            Refuse(typist, _refusal);
        }
        else if (done == bytes.Length && _waiting.Count == 0)
        {
            typist.Acknowledged = sequence;
            Acknowledge(typist);
        }
        else
        {
            _waiting.Enqueue(new Waiting(typist, sequence, bytes[done..].ToArray(), IsLast: true));
            _waitingBytes += bytes.Length - done;
        }
    }

    private int Write(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        fixed (byte* start = bytes)
        {
            while (done < bytes.Length)
            {
                var written = Libc.Write(child.Input, start + done, bytes.Length - done);
                if (written < 0)
                {
                    if (Libc.Error == Linux.Interrupted)
                    {
                        continue;
                    }

                    if (Libc.Error != Linux.Again)
                    {
                        Stop("The program has closed its input.");
                    }

                    break;
                }

                done += (int)written;
            }
        }

        return done;
    }

    private static void Acknowledge(Typist typist) =>
        typist.Connection?.Send(KeeperFrameWriter.Number(KeeperFrameType.InputAck, typist.Acknowledged));

    private static void Refuse(Typist typist, string reason) =>
        typist.Connection?.Send(MessageWriter.Frame(new InputRefusedNotice(typist.Accepted + 1, reason)));

    private sealed record Waiting(Typist Typist, long Sequence, byte[] Bytes, bool IsLast);
}
