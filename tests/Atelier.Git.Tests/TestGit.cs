namespace Atelier.Git.Tests;

/// <summary>git as the tests use it: this machine's, without the configuration of whoever runs them.</summary>
internal static class TestGit
{
    internal static GitProgram Program { get; } = With([]);

    internal static GitProgram With(Dictionary<string, string> more) => new(new Dictionary<string, string>(more)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin",
        ["HOME"] = "/nonexistent",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
    });
}
