using Atelier.Server.Infrastructure.Processes;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>
/// As whom the private PostgreSQL runs: as ourselves, or for root as a user of its own, since PostgreSQL refuses to be
/// root.
/// </summary>
internal static class PostgresUser
{
    private const string Name = "atelier-postgres";

    /// <summary>Null: as ourselves.</summary>
    public static async Task<SystemUser?> FindAsync(CancellationToken cancellationToken)
    {
        if (!SystemUser.WeAreRoot)
        {
            return null;
        }

        if (SystemUser.Find(Name) is { } there)
        {
            return there;
        }

        // Where there is no useradd, or another server makes the user in this moment, the answer is in /etc/passwd all
        // the same.
        const string useradd = "/usr/sbin/useradd";
        if (File.Exists(useradd))
        {
            await Tool.RunAsync(
                [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", Name],
                cancellationToken);
        }

        return SystemUser.Find(Name) ?? SystemUser.Nobody;
    }

    /// <summary>What comes before a command that must run as that user.</summary>
    public static IReadOnlyList<string> Prefix(SystemUser? user) => user is null
        ? []
        : ["setpriv", $"--reuid={user.Uid}", $"--regid={user.Gid}", "--clear-groups", "--no-new-privs"];
}
