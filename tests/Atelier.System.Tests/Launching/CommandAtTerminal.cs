using System.Diagnostics;
using System.Text;
using Atelier.TestKit;

namespace Atelier.System.Tests.Launching;

/// <summary>A verb of the CLI in a terminal of its own, with somebody who presses keys.</summary>
/// <param name="process">Whose output is what the terminal shows.</param>
internal sealed class CommandAtTerminal(Process process) : IDisposable
{
    private readonly StringBuilder _shown = new();

    /// <summary>Reads until the terminal has shown a text.</summary>
    public async Task ShowsAsync(string text)
    {
        var some = new char[4096];
        while (!_shown.ToString().Contains(text, StringComparison.Ordinal))
        {
            var length = await Patience.For(process.StandardOutput.ReadAsync(some.AsMemory()).AsTask(), $"{text}; so far it showed:\n{_shown}");
            Assert.True(length > 0, $"It ended without {text}:\n{_shown}");
            _shown.Append(some, 0, length);
        }
    }

    public async Task PressAsync(string keys)
    {
        await process.StandardInput.WriteAsync(keys);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end: the exit code.</summary>
    public async Task<int> EndAsync()
    {
        _shown.Append(await Patience.For(process.StandardOutput.ReadToEndAsync(), $"its end; so far it showed:\n{_shown}"));
        await Patience.For(process.WaitForExitAsync(CancellationToken.None), $"its end; it showed:\n{_shown}");
        return process.ExitCode;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
