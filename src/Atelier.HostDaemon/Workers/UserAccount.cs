namespace Atelier.HostDaemon.Workers;

/// <summary>The account this process runs as.</summary>
/// <param name="Name">Login name.</param>
/// <param name="Home">Home directory.</param>
/// <param name="Shell">Login shell.</param>
internal sealed record UserAccount(string Name, string Home, string Shell)
{
    /// <summary>Our own account, from passwd(5): <c>name:x:uid:gid:comment:home:shell</c>.</summary>
    public static UserAccount Own()
    {
        var name = Environment.UserName;
        var line = File.Exists("/etc/passwd")
            ? File.ReadLines("/etc/passwd").FirstOrDefault(entry => entry.StartsWith($"{name}:", StringComparison.Ordinal))
            : null;
        var fields = line?.Split(':') ?? [];
        var home = fields.Length > 5 ? fields[5] : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var shell = fields.Length > 6 && fields[6].Length > 0 ? fields[6] : "/bin/sh";
        return new UserAccount(name, home, shell);
    }
}
