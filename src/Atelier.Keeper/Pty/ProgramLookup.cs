using Atelier.Keeper.Launch;
using Atelier.Keeper.Native;

namespace Atelier.Keeper.Pty;

/// <summary>Finds a program as a shell in the worker's folder with the worker's environment would.</summary>
internal static class ProgramLookup
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    public static string Find(string program, string cwd, IReadOnlyDictionary<string, string> environment)
    {
        if (!Directory.Exists(cwd))
        {
            throw new LaunchException("cwd-not-found", $"The folder {cwd} does not exist.");
        }

        if (program.Contains('/'))
        {
            var named = Path.Combine(cwd, program);
            return IsProgram(named) ? named : throw NotFound(program, File.Exists(named));
        }

        var path = environment.TryGetValue("PATH", out var value) ? value : DefaultPath;
        var isThere = false;
        foreach (var folder in path.Split(':'))
        {
            var candidate = Path.Combine(cwd, folder, program);
            if (IsProgram(candidate))
            {
                return candidate;
            }

            isThere |= File.Exists(candidate);
        }

        throw NotFound(program, isThere);
    }

    private static bool IsProgram(string path) => File.Exists(path) && Libc.Access(path, Linux.IsExecutable) == 0;

    private static LaunchException NotFound(string program, bool isThere) => isThere
        ? new LaunchException("not-executable", $"{program} is there but may not be executed.")
        : new LaunchException("command-not-found", $"{program} was not found on the PATH it would run with.");
}
