using System.Net.Sockets;
using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents;
using Atelier.Server.Backups;
using Atelier.Server.Hosts;
using Atelier.Server.Imports;
using Atelier.Server.Inbox;
using Atelier.Server.Infrastructure;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Web;
using Atelier.Server.ModelProviders;
using Atelier.Server.News;
using Atelier.Server.Repositories;
using Atelier.Server.Reviews;
using Atelier.Server.Sessions;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Atelier.Server;

/// <summary>
/// Puts the server together. A capability plugs in with two lines here: <c>AddX()</c> for its things, <c>MapX()</c> for
/// its routes.
/// </summary>
internal static class ServerApplication
{
    private const int TryAgain = 1;
    private const int CannotStart = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            if (arguments is [RestoreRun.Verb, ..])
            {
                await RestoreRun.RunAsync(arguments, CancellationToken.None);
                return 0;
            }

            await using var server = Build(arguments);
            await StartAsync(server);
            await server.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception problem) when (problem is StartProblemException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync($"atelier-server: {problem.Message}");
            return problem is StartProblemException { MayPass: true } ? TryAgain : CannotStart;
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"atelier-server: {problem.Message} Choose another --port.");
            return CannotStart;
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AccessDenied or SocketError.AddressNotAvailable)
        {
            await Console.Error.WriteLineAsync(
                $"atelier-server: It cannot listen there: {problem.Message}. Choose another --port (those below 1024 are root's) or another --bind.");
            return CannotStart;
        }
    }

    /// <summary>The socket opens last; when it cannot, because somebody was quicker, what was started before it ends in order.</summary>
    private static async Task StartAsync(WebApplication server)
    {
        try
        {
            await server.StartAsync();
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            await server.StopAsync();
            throw;
        }
    }

    /// <summary>Sockets and streams never end by themselves; a server that stops would wait for them.</summary>
    private static async Task EndWithServerAsync(HttpContext context, RequestDelegate next)
    {
        var lifetime = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        await using var ending = IsEndless(context) ? lifetime.ApplicationStopping.Register(context.Abort) : default;
        await next(context);
    }

    private static bool IsEndless(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EndsInOrder>() is null
        && (context.WebSockets.IsWebSocketRequest || context.Request.Path.Value?.EndsWith("/stream", StringComparison.Ordinal) == true || context.Request.Query.ContainsKey("wait"));

    public static WebApplication Build(string[] arguments, Action<IServiceCollection>? replace = null)
    {
        var builder =
            WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables("ATELIER_");
        builder.Configuration.AddCommandLineSwitches(arguments);
        builder.Logging.AddServerLog();
        builder.AddWeb();

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<DataFolderLock>();
        builder.Services.AddHostedService<FreePort>();
        builder.Services.AddDatabase(builder.Configuration);
        builder.Services.AddAccounts();
        builder.Services.AddHosts(builder.Configuration);
        builder.Services.AddRepositories(builder.Configuration);
        builder.Services.AddModelProviders(builder.Configuration);
        builder.Services.AddAgentPrograms();
        builder.Services.AddSessions(builder.Configuration);
        builder.Services.AddAgents(builder.Configuration);
        builder.Services.AddReviews(builder.Configuration);
        builder.Services.AddInbox(builder.Configuration);
        builder.Services.AddImports();
        builder.Services.AddBackups();
        builder.Services.AddNews(builder.Configuration);
        builder.Services.AddHostedService<RunningRecord>();
        builder.Services.AddExceptionHandler<UnexpectedProblems>(); // last: it takes whatever nobody before it took
        replace?.Invoke(builder.Services);

        var server = builder.Build();
        server.UseWeb();
        server.Use(EndWithServerAsync);
        server.UseAccounts();
        server.UseMiddleware<PageFiles>();
        server.MapWeb();
        server.MapAccounts();
        server.MapHosts();
        server.MapRepositories();
        server.MapModelProviders();
        server.MapAgentPrograms();
        server.MapSessionsAndWorkers();
        server.MapAgents();
        server.MapReviews();
        server.MapInbox();
        server.MapImports();
        server.MapBackups();
        server.MapNews();
        server.RequireAccessRules();
        return server;
    }
}
