using System.Buffers;
using System.Buffers.Text;

namespace Atelier.Cli.Attaching;

/// <summary>Finds the key that leaves a worker among what is typed, however our terminal writes it.</summary>
/// <remarks>
/// A program in the worker may have switched our terminal to another way to write keys, and Ctrl-] is then no single byte any more:
/// <code>
/// 1d              as ever
/// ESC [ 93;5u     kitty's protocol; with locks 93;69u, with more told of the key 93::93;5:1u, when it is let go 93;5:3u
/// ESC [ 27;5;93~  xterm's modifyOtherKeys
/// </code>
/// See sw.kovidgoyal.net/kitty/keyboard-protocol. A sequence that a read has cut off behind its first digit waits for the rest.
/// </remarks>
/// <param name="key">The key that is pressed with Ctrl, in upper case.</param>
internal sealed class DetachKey(char key)
{
    private const byte Escape = 0x1b;
    private const int ControlOffset = '@';
    private const int Control = 4;
    private const int ShiftAndLocks = 1 | 64 | 128; // in the old way they make no difference either
    private const int LetGo = 3;
    private const int LongestSequence = 32;

    private static readonly SearchValues<byte> s_parameters = SearchValues.Create("0123456789:;"u8);

    private byte[] _begun = [];

    /// <summary>What of it goes to the worker, and whether the key was pressed behind that.</summary>
    public (byte[] Typed, bool IsPressed) Read(ReadOnlySpan<byte> keys)
    {
        byte[] all = [.. _begun, .. keys];
        _begun = [];
        for (var at = 0; at < all.Length; at++)
        {
            if (all[at] == key - ControlOffset)
            {
                return (all[..at], true);
            }

            var rest = all.AsSpan(at);
            if (rest is not [Escape, (byte)'[', >= (byte)'0' and <= (byte)'9', ..])
            {
                continue;
            }

            var length = rest[2..].IndexOfAnyExcept(s_parameters);
            if (length < 0 && rest.Length < LongestSequence)
            {
                _begun = rest.ToArray();
                return (all[..at], false);
            }

            if (length > 0 && IsPress(rest.Slice(2, length), rest[2 + length]))
            {
                return (all[..at], true);
            }
        }

        return (all, false);
    }

    private bool IsPress(ReadOnlySpan<byte> parameters, byte final)
    {
        var fields = new List<int[]>();
        foreach (var field in parameters.Split((byte)';'))
        {
            fields.Add(Numbers(parameters[field]));
        }

        return (final, fields) switch
        {
            ((byte)'u', [var codes, [var modifiers], ..]) => IsKey(codes, modifiers),
            ((byte)'u', [var codes, [var modifiers, var happened, ..], ..]) => happened != LetGo && IsKey(codes, modifiers),
            ((byte)'~', [[27], [var modifiers], var codes]) => IsKey(codes, modifiers),
            _ => false,
        };
    }

    private bool IsKey(int[] codes, int modifiers) =>
        ((modifiers - 1) & ~ShiftAndLocks) == Control && codes.Any(code => code == key || code == char.ToLowerInvariant(key));

    /// <summary>Numbers between colons; 0 where there is none.</summary>
    private static int[] Numbers(ReadOnlySpan<byte> field)
    {
        var numbers = new List<int>();
        foreach (var part in field.Split((byte)':'))
        {
            numbers.Add(Utf8Parser.TryParse(field[part], out int number, out _) ? number : 0);
        }

        return [.. numbers];
    }
}
