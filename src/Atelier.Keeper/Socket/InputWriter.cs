using System.Runtime.InteropServices;
using Atelier.Keeper.Native;
using Atelier.Keeper.Pty;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>Input on its way to the program, in the order it was taken, acknowledged when the program's terminal or pipe has it.</summary>
internal sealed unsafe class InputWriter(IWorkerIo io, InputLedger ledger)
{
    private readonly Queue<(string Client, long Sequence, byte[] Bytes)> _waiting = new();
    private int _written;
    private int _waitingBytes;

    /// <summary>Whether the program has not taken all of it.</summary>
    public bool IsWaiting => _waiting.Count > 0 && io.Input >= 0;

    /// <summary>Whether sockets are to be held back until the program takes some (rule KL7).</summary>
    public bool IsFull => _waitingBytes >= KeeperProtocol.MaxWaitingInputBytes;

    public void Add(string client, long sequence, ReadOnlySpan<byte> bytes)
    {
        _waiting.Enqueue((client, sequence, bytes.ToArray()));
        _waitingBytes += bytes.Length;
    }

    /// <summary>Writes what the program takes; tells of each input that it has whole.</summary>
    public void Write(Action<string, long> typed)
    {
        while (_waiting.TryPeek(out var input) && io.Input >= 0)
        {
            if (_written < input.Bytes.Length)
            {
                fixed (byte* bytes = &input.Bytes[_written])
                {
                    var length = (int)LibC.WriteAgain(io.Input, bytes, input.Bytes.Length - _written);
                    if (length < 0)
                    {
                        if (Marshal.GetLastPInvokeError() != LibC.TryAgain)
                        {
                            io.CloseInput(); // the program has closed its end
                        }

                        return;
                    }

                    _written += length;
                    if (_written < input.Bytes.Length)
                    {
                        continue;
                    }
                }
            }

            _waiting.Dequeue();
            _waitingBytes -= input.Bytes.Length;
            _written = 0;
            ledger.MarkTyped(input.Client, input.Sequence);
            typed(input.Client, input.Sequence);
        }
    }
}
