using System.Runtime.InteropServices;
using System.Text;
using Atelier.Client.Workers;

namespace Atelier.Cli.Attaching;

/// <summary>Our terminal as a window on a worker's: keys there, screen here, over lost connections, until the detach key or the end.</summary>
internal sealed class AttachedTerminal(WorkerAttachment attachment, DetachKey detachKey)
{
    // Leaves modes a program may have set in our terminal: colours, alternate screen, mouse, bracketed paste, hidden cursor.
    private const string Restore = "\e[0m\e[?1049l\e[?1000l\e[?1002l\e[?1003l\e[?1006l\e[?1004l\e[?2004l\e[<u\e[?25h\r\n";

    /// <summary>Runs; gives the process's exit code, 0 after detaching.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var raw = new RawTerminal();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var output = Console.OpenStandardOutput();
        using var resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, OnResized);
        await TellSizeAsync(ending.Token);
        var typing = TypeAsync(ending);
        try
        {
            return await ShowAsync(output, ending.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await WriteAsync(output, $"{Restore}[detached]\r\n");
            return ExitCodes.Done;
        }
        finally
        {
            await ending.CancelAsync();
            _ = typing; // it waits for a key that nobody will press; the process ends with it
        }

        void OnResized(PosixSignalContext signal) => _ = TellSizeAsync(ending.Token);
    }

    private Task TellSizeAsync(CancellationToken cancellationToken) =>
        attachment.ResizeAsync(Math.Max(1, Console.WindowWidth), Math.Max(1, Console.WindowHeight), cancellationToken);

    private async Task<int> ShowAsync(Stream output, CancellationToken cancellationToken)
    {
        await foreach (var happened in attachment.ReadAsync(cancellationToken))
        {
            switch (happened)
            {
                case WorkerEvent.Output bytes:
                    await output.WriteAsync(bytes.Bytes, cancellationToken);
                    break;
                case WorkerEvent.Snapshot snapshot:
                    await WriteAsync(output, $"\ec{snapshot.Data}");
                    break;
                case WorkerEvent.Reconnecting lost:
                    await WriteAsync(output, $"\r\n[reconnecting: {lost.Reason}]\r\n");
                    break;
                case WorkerEvent.Trouble trouble:
                    await WriteAsync(output, $"\r\n[{trouble.Message}]\r\n");
                    break;
                case WorkerEvent.Exited exited:
                    await WriteAsync(output, $"{Restore}[{(exited.Signal is { } signal ? $"ended by {signal}" : $"exited {exited.ExitCode}")}]\r\n");
                    return exited.ExitCode ?? ExitCodes.Refused;
                default:
                    break;
            }
        }

        return ExitCodes.Done;
    }

    private async Task TypeAsync(CancellationTokenSource ending)
    {
        await using var input = RawTerminal.OpenKeys();
        var keys = new byte[4096];
        while (await input.ReadAsync(keys, ending.Token) is var length and > 0)
        {
            var (typed, isDetached) = detachKey.Read(keys.AsSpan(0, length));
            if (typed.Length > 0)
            {
                await attachment.TypeAsync(typed, ending.Token);
            }

            if (isDetached)
            {
                break;
            }
        }

        await ending.CancelAsync();
    }

    private static async Task WriteAsync(Stream output, string text) => await output.WriteAsync(Encoding.UTF8.GetBytes(text));
}
