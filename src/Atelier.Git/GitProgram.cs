using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Atelier.Git.Processes;

namespace Atelier.Git;

/// <summary>The <c>git</c> program of this machine, run without prompts, in English, and blind to the environment we were started in.</summary>
/// <remarks>It runs commands and turns their failures into <see cref="GitException"/>; what a command means lies with its callers.</remarks>
public sealed partial class GitProgram
{
    /// <summary>The oldest git that knows <c>worktree list -z</c>.</summary>
    public static readonly Version OldestVersion = new(2, 36);

    // What tells git where things are belongs to whoever set it, not to the repository we look at.
    private static readonly string[] s_kept =
    [
        "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_NO_VERIFY",
        "GIT_SSL_CERT", "GIT_SSL_KEY", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
    ];

    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>Uses the git on the PATH of an environment.</summary>
    /// <param name="environment">The environment to start from.</param>
    public GitProgram(IReadOnlyDictionary<string, string> environment)
    {
        var clean = environment
            .Where(variable => !variable.Key.StartsWith("GIT_", StringComparison.Ordinal) || s_kept.Contains(variable.Key))
            .ToDictionary(StringComparer.Ordinal);
        clean["GIT_TERMINAL_PROMPT"] = "0";
        clean["GIT_ASKPASS"] = "";
        clean["SSH_ASKPASS_REQUIRE"] = "never";
        clean["GIT_PAGER"] = "cat";
        clean["LC_ALL"] = "C";
        clean.Remove("LANGUAGE");
        _environment = clean;
    }

    private GitProgram(Dictionary<string, string> environment, IReadOnlyDictionary<string, string> more)
    {
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        _environment = environment;
    }

    /// <summary>The same git with more in its environment: another index, an author.</summary>
    /// <param name="variables">What is added to it, or replaces what is there.</param>
    public GitProgram With(IReadOnlyDictionary<string, string> variables) => new(_environment.ToDictionary(StringComparer.Ordinal), variables);

    /// <summary>Which git this is.</summary>
    /// <exception cref="GitException">There is none, or it is too old.</exception>
    public async Task<Version> FindVersionAsync(CancellationToken cancellationToken)
    {
        var said = await RunAsync("/", ["version"], cancellationToken);
        if (VersionPattern().Match(said.Text) is not { Success: true } match)
        {
            throw new GitException(GitProblem.NoGit, $"git did not say its version but: {said.Text.Trim()}");
        }

        var version = new Version(
            int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture));
        return version >= OldestVersion
            ? version
            : throw new GitException(
                GitProblem.NoGit, $"git {version} is too old; install {OldestVersion} or newer.");
    }

    /// <summary>Runs a command and takes any exit code but an error of the program itself.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="arguments">The command.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="onErrorLine">Told of each line of standard error.</param>
    /// <param name="maxOutputBytes">A command that prints more is ended, and what it printed until then is kept.</param>
    public async Task<ChildResult> TryRunAsync(
        string directory, IReadOnlyList<string> arguments, CancellationToken cancellationToken, Action<string>? onErrorLine = null, int maxOutputBytes = 64 << 20)
    {
        var command = new ChildCommand("git", ["-c", "gc.auto=0", "-c", "maintenance.auto=false", .. arguments], directory)
        {
            Environment = _environment,
            OnErrorLine = onErrorLine is null ? null : line => onErrorLine(Credentials.Strip(line)),
            MaxOutputBytes = maxOutputBytes,
        };
        try
        {
            var result = await ChildProcess.RunAsync(command, cancellationToken);
            return result with { Error = Credentials.Strip(result.Error) };
        }
        catch (Win32Exception) when (!Directory.Exists(directory))
        {
            throw new GitException(GitProblem.NotARepository, $"There is no directory {directory}.");
        }
        catch (Win32Exception notStarted)
        {
            throw new GitException(GitProblem.NoGit, $"git cannot be started: {notStarted.Message}. Is it installed?");
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <exception cref="GitException">It did not.</exception>
    public async Task<ChildResult> RunAsync(
        string directory, IReadOnlyList<string> arguments, CancellationToken cancellationToken, Action<string>? onErrorLine = null)
    {
        var result = await TryRunAsync(directory, arguments, cancellationToken, onErrorLine);
        if (result.IsOutputCut)
        {
            throw new GitException(
                GitProblem.TooMuchOutput, $"git {arguments[0]} printed more than can be taken in.", Typed(arguments));
        }

        return result.ExitCode == 0 ? result : throw Failure(arguments, result);
    }

    /// <summary>The failure of a command as an exception.</summary>
    public static GitException Failure(IReadOnlyList<string> arguments, ChildResult result)
    {
        var said = result.Error.Trim();
        var problem = said.Contains("not a git repository", StringComparison.Ordinal) ? GitProblem.NotARepository : GitProblem.Failed;
        var reason = said.Length > 0 ? Shorten(said) : $"it ended with {result.ExitCode}";
        return new GitException(problem, $"git {arguments[0]}: {reason}", Typed(arguments), result.ExitCode, said);
    }

    // The last lines carry the reason; the first may be pages of progress.
    private static string Shorten(string said) => said.Length <= 2000 ? said : $"…{said[^2000..]}";

    private static string Typed(IReadOnlyList<string> arguments) => Credentials.Strip($"git {string.Join(' ', arguments)}");

    [GeneratedRegex(@"^git version (?<major>\d{1,5})\.(?<minor>\d{1,5})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionPattern();
}
