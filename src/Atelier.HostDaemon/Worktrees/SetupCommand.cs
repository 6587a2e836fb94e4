using Atelier.Git.Processes;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>Runs a repository's setup command in a new worktree.</summary>
internal static class SetupCommand
{
    private const int KeptLines = 200;

    /// <summary>Runs it with <c>sh -c</c>; its last lines when it ended with another code than 0, else null.</summary>
    public static async Task<string?> RunAsync(
        string command,
        string worktree,
        IReadOnlyDictionary<string, string> environment,
        Action<string> onLine,
        CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var last = new Queue<string>();
        void Hear(string line)
        {
            lock (gate)
            {
                last.Enqueue(line);
                if (last.Count > KeptLines)
                {
                    last.Dequeue();
                }
            }

            onLine(line);
        }

        // 2>&1 before everything keeps both streams in the order they were written in.
        var result = await ChildProcess.RunAsync(
            new ChildCommand("/bin/sh", ["-c", $"exec 2>&1\n{command}"], worktree)
            {
                Environment = environment,
                OnOutputLine = Hear,
                IsOutputKept = false,
            },
            cancellationToken);
        return result.ExitCode == 0
            ? null
            : string.Join('\n', [.. last, $"The setup command ended with code {result.ExitCode}."]);
    }
}
