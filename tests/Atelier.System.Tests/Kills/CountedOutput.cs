using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Atelier.Client.Workers;

namespace Atelier.System.Tests.Kills;

/// <summary>Holds the counting program's output against the only thing it may be: numbers from 1, each once, and each typed line answered once, in order.</summary>
/// <remarks>
/// A sample: <c>#000000001\n#000000002\n&lt;t1&gt;\n#000000003\n…END\n</c>. Each epoch counts from 1 again. When a keeper was killed its epoch may end
/// within a line, since the program never wrote the rest; the next begins with the two lines of the divider.
/// </remarks>
internal sealed class CountedOutput
{
    private const int MaxProblems = 5;
    private const int DividerLines = 2;
    private readonly StringBuilder _line = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _problems = [];

    private bool _isFirstEcho;
    private int _dividerLines;
    private int _epoch;

    /// <summary>Offset of the next byte.</summary>
    public long Offset { get; private set; }

    public long LastNumber { get; private set; }

    public long LastEcho { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>What was not as it must be; the first few.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public string Hash => Convert.ToHexString(_hash.GetCurrentHash());

    public void Take(WorkerEvent happened)
    {
        switch (happened)
        {
            case WorkerEvent.Output output:
                Take(output.Offset, output.Bytes.Span);
                break;
            case WorkerEvent.Attached attached:
                if (attached.Offset != Offset)
                {
                    Complain($"attached at {attached.Offset}");
                }

                Enter(attached.Epoch);
                break;
            case WorkerEvent.EpochStarted started:
                Enter(started.Epoch);
                break;
            case WorkerEvent.Gap gap when gap.To != gap.From:
                Complain($"gap from {gap.From} to {gap.To}");
                break;
            default:
                break;
        }
    }

    private void Take(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset != Offset)
        {
            Complain($"bytes at {offset}, not at {Offset}");
        }

        Offset = offset + bytes.Length;
        _hash.AppendData(bytes);
        foreach (var value in bytes)
        {
            if (value == '\n')
            {
                TakeLine(_line.ToString().TrimEnd('\r'));
                _line.Clear();
            }
            else
            {
                _line.Append((char)value);
            }
        }
    }

    public void Complain(string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add($"after #{LastNumber}, <t{LastEcho}>, at {Offset}: {problem}");
        }
    }

    /// <summary>Another process prints from here on; what the last one had begun to write stays unfinished.</summary>
    private void Enter(int epoch)
    {
        if (epoch == _epoch)
        {
            return;
        }

        if (!LooksUnfinished(_line.ToString()))
        {
            Complain($"epoch {epoch} begins after '{_line}'");
        }

        (_epoch, LastNumber, _isFirstEcho, _dividerLines) = (epoch, 0, true, epoch == 1 ? 0 : DividerLines);
        _line.Clear();
    }

    private void TakeLine(string line)
    {
        if (HasEnded)
        {
            Complain($"'{line}' after END");
        }
        else if (_dividerLines > 0 && line.StartsWith('\e'))
        {
            _dividerLines--;
        }
        else if (_epoch > 1 && LastNumber == 0 && line is ['t', .. var ahead] && long.TryParse(ahead, out _))
        {
            // Typed into the new process before it switched its terminal's own echo off.
        }
        else if (line.Length == 10 && line[0] == '#' && long.TryParse(line.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (number != LastNumber + 1)
            {
                Complain($"number {number}");
            }

            LastNumber = number;
        }
        else if (line is ['<', 't', .. var digits, '>'] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var echo))
        {
            // Lines that a killed keeper had not acknowledged are gone; none is ever typed twice.
            if (echo <= LastEcho || (echo != LastEcho + 1 && !_isFirstEcho))
            {
                Complain($"echo <t{echo}>");
            }

            (LastEcho, _isFirstEcho) = (echo, false);
        }
        else if (line == "END")
        {
            HasEnded = true;
        }
        else
        {
            Complain($"line '{line}'");
        }
    }

    private static bool LooksUnfinished(string line) =>
        line.Length == 0 || (line[0] is '#' or '<' && line.Length < 16 && line.Skip(1).All(letter => char.IsAsciiDigit(letter) || letter is 't' or '>'));
}
