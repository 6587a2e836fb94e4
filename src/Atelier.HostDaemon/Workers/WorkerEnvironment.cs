using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers;

/// <summary>Which environment programs get: the user's, without what belongs to us, to a service manager or to another terminal.</summary>
/// <remarks>A leaked variable is how secrets reach an agent, and how one agent comes to write into the transcript of another that started us.</remarks>
internal sealed class WorkerEnvironment
{
    private static readonly string[] s_removedPrefixes =
    [
        "ATELIER_", "ASPNETCORE_", "CLAUDE_CODE_", "DOTNET_GC", "DOTNET_gc", "DOTNET_Tiered", "DOTNET_TC_", "DOTNET_ThreadPool_",
        "DOTNET_EnableDiagnostics", "DOTNET_SYSTEM_NET_", "ConnectionStrings__", "Logging__", "LISTEN_FD", "WATCHDOG_", "KONSOLE_", "TMUX",
        "TERM_PROGRAM",
    ];

    private static readonly string[] s_removed =
    [
        "CLAUDECODE", "DOTNET_ENVIRONMENT", "DOTNET_STARTUP_HOOKS", "DOTNET_URLS", "INVOCATION_ID", "JOURNAL_STREAM", "NOTIFY_SOCKET", "LISTEN_PID",
        "MAINPID", "STY", "COLUMNS", "LINES", "WINDOWID", "VTE_VERSION", "SHLVL", "OLDPWD", "PWD", "_",
    ];

    private readonly Dictionary<string, string> _base;

    /// <param name="own">The environment this process was started in.</param>
    /// <param name="user">Who the programs run as, to fill in what a service manager leaves out.</param>
    public WorkerEnvironment(IReadOnlyDictionary<string, string> own, UserAccount user)
    {
        _base = own.Where(variable => IsTheirs(variable.Key)).ToDictionary(StringComparer.Ordinal);
        _base.TryAdd("HOME", user.Home);
        _base.TryAdd("USER", user.Name);
        _base.TryAdd("LOGNAME", user.Name);
        _base.TryAdd("SHELL", user.Shell);
        _base.TryAdd("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        if (!_base.ContainsKey("LC_ALL") && !_base.ContainsKey("LC_CTYPE"))
        {
            _base.TryAdd("LANG", "C.UTF-8");
        }
    }

    /// <summary>Where programs are looked up.</summary>
    public string SearchPath => _base["PATH"];

    /// <summary>The user's login shell.</summary>
    public string Shell => _base["SHELL"];

    /// <summary>The environment without anything that names a worker, for commands that are not one.</summary>
    public IReadOnlyDictionary<string, string> Plain => _base;

    /// <summary>A worker's whole environment.</summary>
    /// <param name="workerId">Goes into the marker by which its processes are found again.</param>
    /// <param name="cwd">Its working directory.</param>
    /// <param name="more">The request's own variables; null removes one.</param>
    public Dictionary<string, string> For(string workerId, string cwd, IReadOnlyDictionary<string, string?> more)
    {
        var environment = new Dictionary<string, string>(_base, StringComparer.Ordinal)
        {
            ["TERM"] = "xterm-256color",
            ["COLORTERM"] = "truecolor",
            ["PWD"] = cwd,
        };
        foreach (var (name, value) in more)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }

        environment[KeeperProtocol.WorkerMarker] = workerId;
        return environment;
    }

    private static bool IsTheirs(string name) =>
        !s_removed.Contains(name, StringComparer.Ordinal)
        && !s_removedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
