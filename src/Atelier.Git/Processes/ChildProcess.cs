using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Atelier.Git.Processes;

/// <summary>A program to run to its end.</summary>
/// <param name="Program">Looked up on PATH.</param>
/// <param name="Arguments">Its arguments, passed as they are.</param>
/// <param name="Directory">Working directory.</param>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments, string Directory)
{
    /// <summary>The whole environment; null for ours.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Standard output kept in bytes; a program that prints more is ended.</summary>
    public int MaxOutputBytes { get; init; } = 16 << 20;

    /// <summary>Whether standard output is kept at all; without it only <see cref="OnOutputLine"/> hears it, however long it is.</summary>
    public bool IsOutputKept { get; init; } = true;

    /// <summary>Last bytes kept of standard error.</summary>
    public int MaxErrorBytes { get; init; } = 64 << 10;

    /// <summary>Told of each line of standard error, progress lines (ended by a carriage return) included.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Told of each line of standard output.</summary>
    public Action<string>? OnOutputLine { get; init; }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number when one ended it.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">The last of what it said on standard error.</param>
/// <param name="IsOutputCut">Whether it printed more than was asked for and was ended.</param>
public sealed record ChildResult(int ExitCode, ReadOnlyMemory<byte> Output, string Error, bool IsOutputCut)
{
    /// <summary>The output as text.</summary>
    public string Text => Encoding.UTF8.GetString(Output.Span);
}

/// <summary>Runs programs to their end, with bounded output and without a terminal; the adapter to the operating system's processes.</summary>
public static class ChildProcess
{
    // Something the program left behind may hold the pipes open; nobody waits for it longer than this.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    /// <summary>Runs it. Cancelling ends it and its children.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started: not found, not executable, no such directory.</exception>
    public static async Task<ChildResult> RunAsync(ChildCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = StartInfo(command) };
#pragma warning disable RS0030 // this is the adapter
        process.Start();
#pragma warning restore RS0030
        process.StandardInput.Close();
        using var stopReading = new CancellationTokenSource();
        var isCut = false;
        var output = new OutputHead(command.IsOutputKept ? command.MaxOutputBytes : null, command.OnOutputLine, () =>
        {
            isCut = true;
            End(process);
        });
        var error = new OutputTail(command.MaxErrorBytes, command.OnErrorLine);
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput.BaseStream, output.Add, stopReading.Token),
            ReadAsync(process.StandardError.BaseStream, error.Add, stopReading.Token));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            End(process);
            await stopReading.CancelAsync();
            await process.WaitForExitAsync(CancellationToken.None);
            await reading;
            throw;
        }

        stopReading.CancelAfter(s_lastWords);
        await reading;
        output.Finish();
        error.Finish();
        return new ChildResult(process.ExitCode, output.Bytes, error.Text, isCut);
    }

    private static ProcessStartInfo StartInfo(ChildCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            WorkingDirectory = command.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (command.Environment is { } environment)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    private static async Task ReadAsync(Stream stream, Action<ReadOnlyMemory<byte>> add, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                add(buffer.AsMemory(0, read));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // Whoever still holds the other end has nothing more to say to us.
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or AggregateException or ExternalException)
        {
            // It ended by itself.
        }
    }
}
