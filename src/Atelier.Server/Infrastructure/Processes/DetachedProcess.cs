using System.Diagnostics;

namespace Atelier.Server.Infrastructure.Processes;

/// <summary>Starts processes that go on when the server ends; the adapter to the operating system.</summary>
internal static class DetachedProcess
{
    // The shell only redirects: descriptors of ours, or a terminal, must not be what the process writes to when we are
    // gone.
    private const string Redirect = """exec setsid "$@" </dev/null >>"$0" 2>&1""";

    /// <summary>
    /// Starts it in a session of its own, so that neither Ctrl-C nor our end reaches it. The id is the program's own.
    /// </summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="logFile">Where what it says is appended.</param>
    /// <param name="environment">Its whole environment.</param>
    public static Process Start(
        IEnumerable<string> command, string logFile, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Redirect, logFile, .. command]) { WorkingDirectory = "/" };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

#pragma warning disable RS0030 // this is the adapter
        return Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
#pragma warning restore RS0030
    }
}
