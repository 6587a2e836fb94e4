using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Atelier.TestPrograms;

/// <summary>Prints <c>#000000001</c>, <c>#000000002</c>, … as fast as its terminal takes them (or at a rate), and <c>&lt;text&gt;</c> for each line it reads.</summary>
/// <remarks>Lines are written whole, so neither kind ever stands inside the other. It ends with its input, or on the line <c>stop</c>, after <c>END</c>.</remarks>
internal static class CountingProgram
{
    private const int LinesPerWrite = 128;
    private static readonly Lock s_writing = new();
    private static volatile bool s_stopped;

    public static void Run(int linesPerSecond)
    {
        // Not the console's streams: they would set the terminal up for themselves, with an echo and escape sequences of their own.
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        using var input = new StreamReader(new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        var counter = new Thread(() => Count(output, linesPerSecond)) { IsBackground = true };
        counter.Start();

        while (input.ReadLine() is { } line && !string.Equals(line, "stop", StringComparison.Ordinal))
        {
            Write(output, $"<{line}>\n");
        }

        s_stopped = true;
        counter.Join();
        Write(output, "END\n");
    }

    private static void Count(Stream output, int linesPerSecond)
    {
        var pace = Stopwatch.StartNew();
        using var wake = new ManualResetEventSlim();
        var lines = new StringBuilder();
        for (long number = 1; !s_stopped;)
        {
            lines.Clear();
            for (var at = 0; at < LinesPerWrite; at++)
            {
                lines.Append('#').Append((number++).ToString("D9")).Append('\n');
            }

            Write(output, lines.ToString());
            var ahead = TimeSpan.FromSeconds((double)number / linesPerSecond) - pace.Elapsed;
            if (ahead > TimeSpan.FromMilliseconds(1))
            {
                wake.Wait(ahead);
            }
        }
    }

    private static void Write(Stream output, string text)
    {
        lock (s_writing)
        {
            output.Write(Encoding.ASCII.GetBytes(text));
            output.Flush();
        }
    }
}
