using System.Collections.Concurrent;
using System.Diagnostics;
using Atelier.TestKit;

namespace Atelier.System.Tests.Launching;

/// <summary>An <c>atelier up</c> in the foreground of a terminal that is not there.</summary>
internal sealed class RunningUp : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();
    private readonly TaskCompletionSource<Uri> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunningUp(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it printed.</summary>
    public string Said => string.Join('\n', _said);

    public int Pid => _process.Id;

    /// <summary>Waits until it is ready: the link it printed.</summary>
    public async Task<Uri> ReadyAsync()
    {
        var ended = _process.WaitForExitAsync(CancellationToken.None);
        await Patience.For(Task.WhenAny(_link.Task, ended), $"the login link; so far it said:\n{Said}");
        Assert.True(_link.Task.IsCompleted, $"It ended with {(ended.IsCompleted ? _process.ExitCode : 0)}:\n{Said}");
        return await _link.Task;
    }

    /// <summary>Waits for its end: the exit code.</summary>
    public async Task<int> EndAsync()
    {
        await Patience.For(_process.WaitForExitAsync(CancellationToken.None), $"the end of up; so far it said:\n{Said}");
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C, which a terminal sends to the whole foreground group.</summary>
    public async Task<int> InterruptAsync()
    {
#pragma warning disable RS0030 // the tests' own adapter
        using var kill = Process.Start("kill", ["-INT", "--", $"-{Pid}"]);
#pragma warning restore RS0030
        await kill.WaitForExitAsync(CancellationToken.None);
        return await EndAsync();
    }

    public void Dispose() => _process.Dispose();

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _said.Enqueue(line);
        if (line.StartsWith("Log in", StringComparison.Ordinal) && line.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var link)
        {
            _link.TrySetResult(new Uri(line[link..].Trim()));
        }
    }
}
