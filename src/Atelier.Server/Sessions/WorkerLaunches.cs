using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions;

/// <summary>How a worker is to be started, or why it cannot be.</summary>
/// <param name="Name">What it is called when the caller does not say.</param>
/// <param name="Launch">What is started; null with a problem.</param>
/// <param name="Problem">Why not.</param>
internal sealed record LaunchReply(string Name, WorkerLaunch? Launch, ProblemHttpResult? Problem);

/// <summary>Says what a worker's process is started with.</summary>
internal sealed class WorkerLaunches(IOptions<SessionsOptions> options)
{
    private const string Terminal = "Terminal";

    public Task<LaunchReply> ForNewAsync(Session session, CreateWorkerRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(request switch
        {
            { InitialPrompt.Length: var length } when length > options.Value.MaxPromptLength =>
                Refuse($"A first prompt has at most {options.Value.MaxPromptLength} characters."),
            { Command: [] } => Refuse("A command has at least its program."),
            { Type: WorkerType.Terminal } => new LaunchReply(Terminal, WorkerLaunch.Of(request.Command), Problem: null),
            _ => Refuse("An agent worker needs agentProgramId."),
        });

    /// <summary>How a worker is started again: a terminal as before.</summary>
    public static Task<Func<Worker, WorkerLaunch>> ForRestartAsync(Session session, Worker worker, CancellationToken cancellationToken) =>
        Task.FromResult<Func<Worker, WorkerLaunch>>(now => WorkerLaunch.Of(now.Command));

    private static LaunchReply Refuse(string detail) => new("", Launch: null, SessionProblems.Invalid(detail));
}
