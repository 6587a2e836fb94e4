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

    /// <summary>What happened, on which host, and what to do.</summary>
    public static ProblemHttpResult Refused(HostRefusedException exception)
    {
        var refusal = HostRefusals.Of(exception.Code);
        return Problem.Of(refusal.Status, refusal.Code, refusal.Title, $"{exception.Host}: {Sentence(exception.Message)} {refusal.Advice}");
    }

    private static string Sentence(string words)
    {
        var trimmed = words.Trim();
        return trimmed is [.., '.' or '!' or '?'] ? trimmed : $"{trimmed}.";
    }
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
