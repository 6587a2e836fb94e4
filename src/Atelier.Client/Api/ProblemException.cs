using System.Net;

namespace Atelier.Client.Api;

/// <summary>The server refused a call, or could not carry it out.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="problem">What it said.</param>
public sealed class ProblemException(HttpStatusCode status, Problem problem)
    : Exception(string.Join(' ', new[] { problem.Title, problem.Detail }.Where(text => !string.IsNullOrEmpty(text))))
{
    /// <summary>HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>What the server said.</summary>
    public Problem Problem { get; } = problem;
}
