using Atelier.Git;
using Atelier.Git.Repositories;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Worktrees;

/// <summary>A tiny repository in the data folder, for somebody who has none at hand to try things on.</summary>
/// <remarks>It is the person's once it is made: they may change it, and one that they deleted stays deleted.</remarks>
internal sealed class SampleRepository(DataFolder data, GitProgram git) : IDisposable
{
    // A name of its own on the commits, whoever runs the daemon; and nothing that only that person's settings can do.
    private static readonly string[] s_commit =
    [
        "-c", "user.name=Atelier", "-c", "user.email=sample@atelier.invalid", "-c", "commit.gpgSign=false", "commit", "--quiet",
        "--no-verify", "-m",
    ];

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes it, or finds it made.</summary>
    /// <exception cref="JsonRpcException">It was deleted.</exception>
    public async Task<RepositoryFacts> MakeAsync(MakeSampleRequest request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!Directory.Exists(data.Sample))
            {
                await MakeAsync(cancellationToken);
            }

            await File.WriteAllTextAsync(data.SampleMadeFile, "", cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        var view = await new Repository(git, RealPath.Of(data.Sample)).InspectAsync(cancellationToken);
        return new RepositoryFacts(view.Path, view.DefaultBranch, view.RemoteUrl, view.IsBare);
    }

    public void Dispose() => _turn.Dispose();

    // Beside its place, then moved: a daemon that is killed in between leaves nothing that looks finished.
    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(data.SampleMadeFile))
        {
            throw new JsonRpcException(
                LinkRefusals.NotFound, $"The sample repository was deleted. To get a new one, delete {data.SampleMadeFile} as well.");
        }

        var draft = $"{data.Sample}.new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        await git.RunAsync(draft, ["init", "--quiet", "--template=", "--initial-branch=main"], cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(draft, "README.md"), SampleFiles.Readme, cancellationToken);
        await CommitAsync(draft, "Say what this is", cancellationToken);
        var script = Path.Combine(draft, "greet.sh");
        await File.WriteAllTextAsync(script, SampleFiles.Greeting, cancellationToken);
        File.SetUnixFileMode(script, File.GetUnixFileMode(script) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await CommitAsync(draft, "Greet whoever asks", cancellationToken);
        Directory.Move(draft, data.Sample);
    }

    private async Task CommitAsync(string directory, string subject, CancellationToken cancellationToken)
    {
        await git.RunAsync(directory, ["add", "--all"], cancellationToken);
        await git.RunAsync(directory, [.. s_commit, subject], cancellationToken);
    }
}

/// <summary>What is in the sample repository.</summary>
internal static class SampleFiles
{
    public const string Readme = """
        # Sample

        A small repository to try Atelier on. Nothing here is needed: change it, break it, delete it.

        - `greet.sh` greets. Ask an agent to let it greet in another language.
        - Every agent works on a branch and in a folder of its own, so several can work here at once.

        """;

    public const string Greeting = """
        #!/bin/sh
        # Greets by name: ./greet.sh Ada
        echo "Hello, ${1:-world}!"

        """;
}
