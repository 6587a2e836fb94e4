using System.Text;

namespace Atelier.Keeper.Tests;

/// <summary>What programs print in a terminal, made independently of any log.</summary>
internal static class Expected
{
    /// <summary>Output of <c>seq 1 count</c> in a terminal.</summary>
    public static byte[] Sequence(int count)
    {
        var text = new StringBuilder(count * 8);
        for (var number = 1; number <= count; number++)
        {
            text.Append(number).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}

/// <summary>Holds a flood against <c>seq 1 count</c> as it comes, without keeping it.</summary>
internal sealed class SequenceCheck(int count)
{
    private readonly byte[] _line = new byte[16];
    private int _length;
    private int _at;
    private int _next = 1;

    public long TotalBytes { get; } = Total(count);

    public void Take(ReadOnlyMemory<byte> bytes)
    {
        foreach (var value in bytes.Span)
        {
            if (_at == _length)
            {
                _length = Encoding.ASCII.GetBytes($"{_next++}\r\n", _line);
                _at = 0;
            }

            if (_line[_at++] != value)
            {
                throw new InvalidOperationException($"A byte of line {_next - 1} is {value} instead of {_line[_at - 1]}.");
            }
        }
    }

    private static long Total(int count)
    {
        long total = 0, first = 1;
        for (var digits = 1; first <= count; digits++, first *= 10)
        {
            total += (Math.Min(count, (first * 10) - 1) - first + 1) * (digits + 2);
        }

        return total;
    }
}
