using System.Diagnostics;

namespace Atelier.TestKit;

/// <summary>A real git repository in a folder of its own, with one commit on <c>main</c>.</summary>
public sealed class TemporaryRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TemporaryRepository(bool withCommit = true)
    {
        Directory.CreateDirectory(Path);
        Git("init", "--quiet", "-b", "main");
        Git("config", "user.name", "Ada");
        Git("config", "user.email", "ada@example.org");
        if (withCommit)
        {
            Commit("README.md", "hello\n", "Say hello");
        }
    }

    /// <summary>Top of the working tree.</summary>
    public string Path => _folder["project"];

    /// <summary>A path beside the working tree.</summary>
    public string Beside(string name) => _folder[name];

    public void Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
        File.WriteAllText(path, text);
    }

    public string Commit(string file, string text, string subject)
    {
        Write(file, text);
        Git("add", "--all");
        Git("commit", "--quiet", "-m", subject);
        return Git("rev-parse", "HEAD");
    }

    /// <summary>Runs git in the working tree; what it prints, trimmed.</summary>
    public string Git(params string[] arguments) => GitIn(Path, arguments);

    /// <summary>Runs git in another folder; what it prints, trimmed.</summary>
    public static string GitIn(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
#pragma warning disable RS0030 // the kit's adapter to git
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
#pragma warning restore RS0030
        var error = git.StandardError.ReadToEndAsync();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error.Result}");
    }

    public void Dispose() => _folder.Dispose();
}
