using System.Security.Cryptography;
using System.Text;

namespace Atelier.Protocol.Layout;

/// <summary>Where everything lies on a machine: one data folder, and one short runtime folder for its sockets.</summary>
/// <remarks>
/// <code>
/// &lt;data&gt;/token                 the first user's token, 0600
/// &lt;data&gt;/host-key              key of this machine's daemon, 0600
/// &lt;data&gt;/secrets-key           what secrets in the database are sealed with, 0600
/// &lt;data&gt;/server.lock           held by the server that runs here
/// &lt;data&gt;/postgres/             the private PostgreSQL's data
/// &lt;data&gt;/versions/&lt;hash&gt;/      a build: server/ daemon/ keeper/ demo-agent/ cli/ web/; versions/current links to one
/// &lt;data&gt;/workers/&lt;id&gt;/         a worker's log
/// &lt;data&gt;/repositories/&lt;id&gt;/    a cloned repository
/// &lt;data&gt;/worktrees/&lt;id&gt;/       worktrees of a repository, a folder a branch
/// &lt;data&gt;/sample/               the sample repository, until somebody deletes it
/// &lt;data&gt;/images/               pasted images
/// &lt;data&gt;/agent-texts/          texts that agent programs know, for as long as they may write upon them
/// &lt;data&gt;/programs/&lt;id&gt;/        an agent program from npm: a folder a version, and current, a link to one
/// &lt;data&gt;/logs/                 what our processes say
/// </code>
/// </remarks>
/// <param name="Path">Absolute path of the data folder.</param>
public sealed record DataFolder(string Path)
{
    /// <summary>The longest path a Unix socket can have, in bytes (sun_path, less its final zero).</summary>
    public const int MaxSocketPathBytes = 107;

    /// <summary>File with the first user's token.</summary>
    public string TokenFile => System.IO.Path.Combine(Path, "token");

    /// <summary>File with the key of this machine's daemon.</summary>
    public string HostKeyFile => System.IO.Path.Combine(Path, "host-key");

    /// <summary>File with the key that secrets in the database are sealed with.</summary>
    public string SecretsKeyFile => System.IO.Path.Combine(Path, "secrets-key");

    /// <summary>File with the key from which tokens of agents follow.</summary>
    public string AgentKeyFile => System.IO.Path.Combine(Path, "agent-key");

    /// <summary>The private PostgreSQL's data.</summary>
    public string Postgres => System.IO.Path.Combine(Path, "postgres");

    /// <summary>All builds.</summary>
    public string Versions => System.IO.Path.Combine(Path, "versions");

    /// <summary>All workers' folders.</summary>
    public string Workers => System.IO.Path.Combine(Path, "workers");

    /// <summary>Cloned repositories.</summary>
    public string Repositories => System.IO.Path.Combine(Path, "repositories");

    /// <summary>Worktrees of all repositories.</summary>
    public string Worktrees => System.IO.Path.Combine(Path, "worktrees");

    /// <summary>The sample repository.</summary>
    public string Sample => System.IO.Path.Combine(Path, "sample");

    /// <summary>Says that the sample repository was made once; where that one is gone, somebody deleted it.</summary>
    public string SampleMadeFile => System.IO.Path.Combine(Path, "sample-made");

    /// <summary>Pasted images.</summary>
    public string Images => System.IO.Path.Combine(Path, "images");

    /// <summary>Texts that agent programs know.</summary>
    public string AgentTexts => System.IO.Path.Combine(Path, "agent-texts");

    /// <summary>Agent programs that were installed here.</summary>
    public string Programs => System.IO.Path.Combine(Path, "programs");

    /// <summary>What our processes say.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The runtime folder: sockets, 0700, short enough for any socket name in it.</summary>
    /// <remarks>
    /// <c>$XDG_RUNTIME_DIR/atelier-&lt;hash&gt;</c>, for root <c>/run/atelier-&lt;hash&gt;</c>, else <c>/tmp/atelier-&lt;user&gt;-&lt;hash&gt;</c>; the hash is of the data folder's path.
    /// </remarks>
    public string Runtime
    {
        get
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..10];
            if (string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
            {
                return $"/run/atelier-{hash}";
            }

            var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
            return !string.IsNullOrEmpty(runtime) && runtime.Length <= 60 && Directory.Exists(runtime)
                ? $"{runtime}/atelier-{hash}"
                : $"/tmp/atelier-{Environment.UserName}-{hash}";
        }
    }

    /// <summary>The default data folder: <c>/var/lib/atelier</c> for root, else <c>~/.local/share/atelier</c>.</summary>
    public static DataFolder Default { get; } = new(
        string.Equals(Environment.UserName, "root", StringComparison.Ordinal)
            ? "/var/lib/atelier"
            : System.IO.Path.Combine(
                Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data
                    ? data
                    : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share"),
                "atelier"));

    /// <summary>The data folder at a path; links are resolved, so that all processes find the same runtime folder.</summary>
    /// <param name="path">Any path.</param>
    public static DataFolder At(string path) => new(System.IO.Path.TrimEndingDirectorySeparator(RealPath.Of(path)));

    /// <summary>A worker's folder.</summary>
    /// <param name="workerId">The worker.</param>
    public string Worker(string workerId) => System.IO.Path.Combine(Workers, workerId);
}
