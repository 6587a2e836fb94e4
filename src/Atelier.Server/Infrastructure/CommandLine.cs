namespace Atelier.Server.Infrastructure;

/// <summary>The switches of the server's command line, and the settings they set.</summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, string> s_switches = new(StringComparer.Ordinal)
    {
        ["--data"] = "Server:Data",
        ["--port"] = "Server:Port",
        ["--bind"] = "Server:Bind",
        ["--web"] = "Server:Web",
        ["--public-url"] = "Server:PublicUrl",
        ["--host-names"] = "Server:HostNames",
        ["--trusted-proxies"] = "Server:TrustedProxies",
        ["--database"] = "Database:Connection",
        ["--postgres-binaries"] = "Database:PostgresBinaries",
    };

    /// <summary>Reads <c>--switch value</c>, <c>--switch=value</c> and <c>--Section:Name=value</c>.</summary>
    /// <exception cref="StartProblemException">A switch that nobody knows: a typing error must not fall back to a default.</exception>
    public static void AddCommandLineSwitches(this IConfigurationBuilder configuration, string[] arguments)
    {
        var unknown = arguments.FirstOrDefault(argument =>
            argument.StartsWith("--", StringComparison.Ordinal)
            && !argument.Contains(':')
            && !s_switches.ContainsKey(argument.Split('=')[0]));
        if (unknown is not null)
        {
            throw new StartProblemException($"The server does not know {unknown}. It takes {string.Join(", ", s_switches.Keys)}.");
        }

        configuration.AddCommandLine(arguments, s_switches);
    }
}
