using System.Diagnostics;
using System.Text.Json;
using Atelier.Server.Infrastructure.Database;
using Microsoft.AspNetCore.Diagnostics;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>Renders what no route expected: a malformed request, a database that is away, a bug.</summary>
internal sealed partial class UnexpectedProblems(ILogger<UnexpectedProblems> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                // The caller has gone; nobody reads an answer.
                return true;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await Problem.WriteAsync(context, 413, "request-too-large", "The request is too large.");
                return true;
            case BadHttpRequestException bad:
                await Problem.WriteAsync(
                    context, bad.StatusCode, "malformed-request", "The request cannot be read.", Reason(bad));
                return true;
            case var away when DatabaseAway.Is(away):
                LogDatabaseAway(away.Message);
                context.Response.Headers.RetryAfter = "1";
                await Problem.WriteAsync(
                    context,
                    503,
                    "database-unavailable",
                    "The database does not answer.",
                    "Try again in a moment; nothing that was acknowledged is lost.");
                return true;
            default:
                LogBug(exception, context.Request.Method, context.Request.Path, Activity.Current?.TraceId);
                await Problem.WriteAsync(
                    context,
                    500,
                    "internal-error",
                    "Something went wrong in the server.",
                    $"Its log tells more under {Activity.Current?.TraceId}.");
                return true;
        }
    }

    private static string Reason(BadHttpRequestException bad) => bad.InnerException switch
    {
        JsonException { Path: { } path } => $"The JSON does not fit at {path}.",
        _ => bad.Message,
    };

    [LoggerMessage(LogLevel.Warning, "The database does not answer: {Reason}")]
    private partial void LogDatabaseAway(string reason);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} ended in a bug, trace {TraceId}")]
    private partial void LogBug(Exception exception, string method, string path, ActivityTraceId? traceId);
}
