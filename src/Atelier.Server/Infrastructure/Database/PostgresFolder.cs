using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure.Processes;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>The private PostgreSQL's part of the data folder: made once, then only checked.</summary>
internal sealed class PostgresFolder(DataFolder data)
{
    /// <summary>Role and database of ours.</summary>
    public const string Name = "atelier";

    private const UnixFileMode OnlyUs = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path => data.Postgres;

    /// <summary>Beside the runtime folder and not in it: that one is closed to every user but ours.</summary>
    public string Sockets => $"{data.Runtime}-db";

    public string LogFile => System.IO.Path.Combine(data.Logs, "postgres.log");

    public string AccessFile => System.IO.Path.Combine(data.Path, "postgres-access.conf");

    public string NamesFile => System.IO.Path.Combine(data.Path, "postgres-names.conf");

    /// <summary>Makes what is missing; a kill in the middle leaves nothing that looks finished.</summary>
    public async Task PrepareAsync(PostgresBinaries binaries, SystemUser? user, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(data.Logs, OnlyUs);
        WriteAccessFiles(user);
        if (user is null)
        {
            Directory.CreateDirectory(Sockets, OnlyUs);
        }
        else
        {
            user.OwnFolder(Sockets);
        }

        if (user is not null)
        {
            RequireWayTo(data.Path);
        }

        if (Directory.Exists(Path))
        {
            CheckVersion(binaries);
        }
        else
        {
            await InitializeAsync(binaries, user, cancellationToken);
        }
    }

    // PostgreSQL would only say "permission denied". Opening somebody's folder is not ours to do.
    private static void RequireWayTo(string folder)
    {
        for (var part = folder; part is not null; part = System.IO.Path.GetDirectoryName(part))
        {
            if (!File.GetUnixFileMode(part).HasFlag(UnixFileMode.OtherExecute))
            {
                throw new StartProblemException(
                    $"Nobody but its owner can pass through {part}, and PostgreSQL, which may not run as root, "
                    + "runs as another user. Choose a data folder elsewhere (--data /var/lib/atelier), "
                    + $"or let others pass: chmod o+x {part}");
            }
        }
    }

    private void CheckVersion(PostgresBinaries binaries)
    {
        var file = System.IO.Path.Combine(Path, "PG_VERSION");
        var version = File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        if (version is null)
        {
            throw new StartProblemException(
                $"{Path} is not a PostgreSQL data folder. Move it away, or choose another data folder.");
        }

        if (version != $"{binaries.Major}")
        {
            throw new StartProblemException(
                $"{Path} belongs to PostgreSQL {version}, and this build brings {binaries.Major}. "
                + "Make a backup with the build that wrote it (atelier backup) and restore it into a new data folder.");
        }
    }

    // The socket folder keeps everybody else out; running as root we also check who is at the other end, since
    // PostgreSQL's user may not be alone.
    private void WriteAccessFiles(SystemUser? user)
    {
        File.WriteAllText(AccessFile, user is null ? "local all all trust\n" : $"local all all peer map={Name}\n");
        File.WriteAllText(NamesFile, user is null ? "" : $"{Name} root {Name}\n");
    }

    private async Task InitializeAsync(PostgresBinaries binaries, SystemUser? user, CancellationToken cancellationToken)
    {
        var half = $"{Path}.half";
        if (Directory.Exists(half))
        {
            Directory.Delete(half, recursive: true);
        }

        user?.OwnFolder(half);
        var made = await Tool.RunAsync(
            [
                .. PostgresUser.Prefix(user), binaries.InitDb, "--pgdata", half, "--username", Name, "--auth", "trust",
                "--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
            ],
            cancellationToken);
        if (made.ExitCode != 0)
        {
            throw new StartProblemException(
                $"PostgreSQL could not make its data folder {half}: {made.Error.Trim()}");
        }

        Directory.Move(half, Path);
    }
}
