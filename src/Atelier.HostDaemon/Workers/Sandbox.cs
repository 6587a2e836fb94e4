using System.ComponentModel;
using Atelier.Git.Processes;
using Atelier.HostDaemon.Files;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Workers;

/// <summary>Locks a program in with bubblewrap: it may write its working directory, its repository and its own settings; the rest is read-only, our data folder hidden.</summary>
/// <remarks>It bounds mistakes, not malice: the network and the user's other files can be read.</remarks>
internal sealed class Sandbox(DataFolder data, WorkerEnvironment environment)
{
    private static readonly TimeSpan s_trialLimit = TimeSpan.FromSeconds(10);

    // Below the home directory; where the programs we know keep settings, credentials and transcripts.
    private static readonly string[] s_settings =
    [
        ".claude", ".claude.json", ".codex", ".gemini", ".qwen", ".copilot", ".aider", ".config/opencode", ".local/share/opencode",
        ".local/state/opencode", ".local/state/atelier-demo-agent", ".cache", ".npm",
    ];

    /// <summary>The command that runs another one locked in.</summary>
    /// <param name="command">The other one.</param>
    /// <param name="place">What it may write to: its worktree.</param>
    /// <param name="cwd">Where it runs, in there.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JsonRpcException">This machine cannot do it.</exception>
    public async Task<IReadOnlyList<string>> WrapAsync(
        IReadOnlyList<string> command, string place, string cwd, CancellationToken cancellationToken)
    {
        if (InstalledPrograms.Find("bwrap", environment.SearchPath) is not { } bubblewrap)
        {
            throw new JsonRpcException(
                LinkRefusals.Refused,
                "The sandbox needs bubblewrap, which is not installed on this machine. Install it (apt install bubblewrap), or set the program's sandbox to none.");
        }

        await TryAsync(bubblewrap, cancellationToken);
        var arguments = new List<string> { bubblewrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp" };
        arguments.AddRange(["--tmpfs", data.Path, "--tmpfs", data.Runtime]);
        if (Directory.Exists(data.Images))
        {
            arguments.AddRange(["--ro-bind", data.Images, data.Images]);
        }

        if (Directory.Exists(data.Programs))
        {
            arguments.AddRange(["--ro-bind", data.Programs, data.Programs]);
        }

        if (command[0] == BuildPrograms.DemoAgent && Path.GetDirectoryName(command[0]) is { } own)
        {
            arguments.AddRange(["--ro-bind", own, own]);   // a build lies in the data folder
        }

        foreach (var writable in await WritableAsync(place, cancellationToken))
        {
            arguments.AddRange(["--bind", writable, writable]);
        }

        return [.. arguments, "--chdir", cwd, "--", .. command];
    }

    private static async Task TryAsync(string bubblewrap, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_trialLimit);
        string why;
        try
        {
            var trial = await ChildProcess.RunAsync(
                new ChildCommand(bubblewrap, ["--ro-bind", "/", "/", "--", "/bin/true"], "/"), limit.Token);
            if (trial.ExitCode == 0)
            {
                return;
            }

            why = trial.Error.Trim();
        }
        catch (Win32Exception notStarted)
        {
            why = notStarted.Message;
        }

        throw new JsonRpcException(
            LinkRefusals.Refused,
            $"bubblewrap does not work on this machine ({why}). Allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap), or set the program's sandbox to none.");
    }

    private async Task<IReadOnlyList<string>> WritableAsync(string place, CancellationToken cancellationToken)
    {
        var home = environment.Plain["HOME"];
        var writable = new List<string> { place };
        var repository = await ChildProcess.RunAsync(
            new ChildCommand("git", ["rev-parse", "--path-format=absolute", "--git-common-dir"], place), cancellationToken);
        if (repository.ExitCode == 0)
        {
            writable.Add(repository.Text.Trim());
        }

        writable.AddRange(s_settings.Select(setting => Path.Combine(home, setting)).Where(Path.Exists));
        return writable;
    }
}
