using System.Text;
using Atelier.Terminal;
using Atelier.Terminal.Snapshots;
using BenchmarkDotNet.Attributes;

namespace Atelier.MicroBenchmarks;

/// <summary>How fast the emulator takes output. Each run takes 16 MiB, so MB/s is 16.78 over the seconds.</summary>
[ShortRunJob]
[MemoryDiagnoser]
public class TerminalBenchmarks
{
    private const int Size = 16 * 1024 * 1024;
    private const int Piece = 16 * 1024;

    private readonly byte[] _plain = Repeated(line => $"{line} the quick brown fox jumps over the lazy dog, and goes on to the end\r\n");
    private readonly byte[] _colourful = Repeated(line =>
        $"\e[0m-rw-r--r-- 1 \e[33muser\e[0m {line} \e[01;3{1 + (line % 7)}mfile-{line}.cs\e[0m \e[38;2;{line & 255};90;20mtrue\e[0m colour\e[K\r\n");
    private readonly byte[] _redraws = Repeated(line =>
        $"\e[{1 + (line % 40)};1H\e[48;5;{line % 256}m\e[38;5;{line * 7 % 256}m│ \e[1mname {line}\e[22m ─── 漢字 │\e[{1 + (line * 31 % 100)}G{line}\e[0m\e[K");
    private readonly byte[] _wide = Repeated(line => $"{line} 漢字かな交じり文 кириллица é ñ ─│┌┐ 한국어\r\n");

    private Screen _screen = new(120, 40);

    [Benchmark]
    public long PlainText() => FeedInPieces(_plain);

    [Benchmark]
    public long ColourfulText() => FeedInPieces(_colourful);

    [Benchmark]
    public long FullScreenRedraws() => FeedInPieces(_redraws);

    [Benchmark]
    public long UnicodeText() => FeedInPieces(_wide);

    [Benchmark]
    public long PlainTextAsOneFlood()
    {
        _screen.Feed(_plain);
        return _screen.ChangeCount;
    }

    [Benchmark]
    public int SnapshotOfAThousandColourfulLines()
    {
        Prepare();
        return _screen.Snapshot().Length;
    }

    [Benchmark]
    public int CheckpointThereAndBack()
    {
        Prepare();
        return Checkpoint.Read(Checkpoint.Write(_screen)).Columns;
    }

    private static byte[] Repeated(Func<int, string> line)
    {
        var text = new StringBuilder(Size + 256);
        for (var number = 0; text.Length < Size; number++)
        {
            text.Append(line(number));
        }

        return Encoding.UTF8.GetBytes(text.ToString())[..Size];
    }

    private long FeedInPieces(byte[] output)
    {
        for (var at = 0; at < output.Length; at += Piece)
        {
            _screen.Feed(output.AsSpan(at, Math.Min(Piece, output.Length - at)));
        }

        return _screen.ChangeCount;
    }

    private void Prepare()
    {
        if (_screen.ScrollBackCount == 0)
        {
            _screen = new Screen(120, 40);
            _screen.Feed(_colourful.AsSpan(0, 200_000));
        }
    }
}
