using System.CommandLine;
using System.Text.Json;

namespace Atelier.Cli.Commands.Backups;

/// <summary><c>atelier backup FILE</c>: everything that must outlive this machine, while the server runs.</summary>
internal static class BackupCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Make()
    {
        var file = new Argument<string>("file") { Description = "The file to write; it holds every secret of the installation" };
        var worktrees = new Option<bool>("--worktrees") { Description = "Also the files of worktrees, with what is not committed" };
        return new Command("backup", "Write a backup, while the server runs") { file, worktrees }.Runs((run, cancellationToken) =>
            WriteAsync(run, Path.GetFullPath(run.Value(file)), run.Value(worktrees), cancellationToken));
    }

    private static async Task WriteAsync(CommandRun run, string path, bool worktrees, CancellationToken cancellationToken)
    {
        if (Path.Exists(path))
        {
            throw new CliProblemException($"{path} is there already. Choose another name, or move it away.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new CliProblemException($"There is no directory {Path.GetDirectoryName(path)}. Make it, or choose another place.");
        }

        var half = $"{path}.half";
        try
        {
            await using (var file = new FileStream(half, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                await run.Api.DownloadAsync(HttpMethod.Post, $"/api/backups?worktrees={(worktrees ? "true" : "false")}", file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or HttpIOException)
        {
            throw new CliProblemException($"The backup was not written to {path}: {problem.Message}");
        }
        finally
        {
            File.Delete(half);
        }

        run.Output.Answer(
            $$$"""{"backup":{"path":"{{{JsonEncodedText.Encode(path)}}}","bytes":{{{new FileInfo(path).Length}}}}}""",
            output => output.Line($"{path}, {new FileInfo(path).Length >> 10} KiB. Keep it as you keep passwords: it holds the installation's tokens."));
    }
}
