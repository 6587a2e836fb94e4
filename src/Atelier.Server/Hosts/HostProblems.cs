using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Hosts;

internal static class HostProblems
{
    public static ProblemHttpResult NotFound(HostId id) =>
        Problem.Of(404, "host-not-found", "There is no such host.", $"No host has the id {id}.");

    public static ProblemHttpResult Offline(string message) =>
        Problem.Of(503, "host-offline", "The host cannot be reached just now.", message);

    public static ProblemHttpResult Refused(HostRefusedException refusal) => Problem.Of(
        refusal.Code switch
        {
            "not-found" or "cwd-not-found" or "command-not-found" => 404,
            "exists" or "in-use" or "log-in-use" => 409,
            "no-space" => 507,
            "io" or "broke" or "keeper" or "busy" => 502,
            _ => 422,
        },
        $"host-{refusal.Code}",
        "The host could not do it.",
        refusal.Message);
}

/// <summary>What hosts cannot do becomes a problem, wherever in a route it shows.</summary>
internal sealed class HostProblemHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case HostOfflineException offline:
                httpContext.Response.Headers.RetryAfter = "1";
                await HostProblems.Offline(offline.Message).ExecuteAsync(httpContext);
                return true;
            case HostRefusedException refusal:
                await HostProblems.Refused(refusal).ExecuteAsync(httpContext);
                return true;
            default:
                return false;
        }
    }
}
