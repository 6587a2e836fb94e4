using Microsoft.Extensions.Logging.Console;

namespace Atelier.Server.Infrastructure.Web;

internal static class ServerLog
{
    /// <summary>One line for each event, to standard output; the framework only when something is wrong.</summary>
    public static void AddServerLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.IncludeScopes = false;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);

        // Why the server does not start is said once, for people, when it ends.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);

        // What goes wrong there reaches us as an exception, which we log or answer.
        logging.AddFilter("Npgsql", LogLevel.None);
    }
}
