using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.AgentPrograms;
using Atelier.Server.AgentPrograms.Settings;
using Atelier.Server.Repositories.Worktrees;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Sessions;

/// <summary>How a worker is to be started, or why it cannot be.</summary>
/// <param name="Name">What it is called when the caller does not say.</param>
/// <param name="Launch">What is started; null with a problem.</param>
/// <param name="Problem">Why not.</param>
internal sealed record LaunchReply(string Name, WorkerLaunch? Launch, ProblemHttpResult? Problem);

/// <summary>Says what a worker's process is started with: a terminal by its command, an agent by its program's templates.</summary>
internal sealed class WorkerLaunches(ProgramCatalog programs, ProgramEnvironments environments, WorktreePlaces worktrees, IOptions<SessionsOptions> options)
{
    private const string Terminal = "Terminal";

    public async Task<LaunchReply> ForNewAsync(Session session, CreateWorkerRequest request, CancellationToken cancellationToken)
    {
        if (request.InitialPrompt?.Length > options.Value.MaxPromptLength)
        {
            return Refuse($"A first prompt has at most {options.Value.MaxPromptLength} characters.");
        }

        if (request.Type == WorkerType.Terminal)
        {
            return request.Command is []
                ? Refuse("A command has at least its program.")
                : new LaunchReply(Terminal, await WithPortAsync(session, WorkerLaunch.Of(request.Command), cancellationToken), Problem: null);
        }

        if (request.AgentProgramId is not { } id || !AgentProgramId.TryParse(id, provider: null, out var programId))
        {
            return Refuse("An agent worker needs agentProgramId.");
        }

        if (await programs.FindAsync(programId, cancellationToken) is not { } program)
        {
            return new LaunchReply("", Launch: null, SessionProblems.ProgramNotFound(id));
        }

        if (!program.IsForTerminals)
        {
            return Refuse($"{program.Name} does not run in a terminal; give it a task as an agent.");
        }

        var prompt = string.IsNullOrWhiteSpace(request.InitialPrompt) ? null : request.InitialPrompt;
        var launch = await OfAsync(program, prompt, goesOn: request.ContinueConversation == true, cancellationToken);
        return new LaunchReply(program.Name, await WithPortAsync(session, launch, cancellationToken), Problem: null);
    }

    /// <summary>How a worker is started again: a terminal as before, an agent going on with its conversation where its program can.</summary>
    public async Task<LaunchReply> ForRestartAsync(Session session, Worker worker, CancellationToken cancellationToken)
    {
        var program = worker.AgentProgramId is { } id ? await programs.FindAsync(new AgentProgramId(id), cancellationToken) : null;
        if (worker.Kind == WorkerKind.Protocol || program is { IsForTerminals: false })
        {
            return Refuse("The program is an agent's, and is started by what the agent is asked.");
        }

        if (worker is { Type: WorkerType.Agent, Command: null } && program is null)
        {
            // An imported one whose program is not here: a shell in its place would be nobody's wish.
            return new LaunchReply("", Launch: null, SessionProblems.ProgramNotFound(worker.AgentProgramId ?? ""));
        }

        var launch = program is null ? WorkerLaunch.Of(worker.Command) : await OfAsync(program, prompt: null, goesOn: true, cancellationToken);
        return new LaunchReply(worker.Name, await WithPortAsync(session, launch, cancellationToken), Problem: null);
    }

    /// <summary>How a program is started that speaks a protocol; null when it does not.</summary>
    public async Task<WorkerLaunch?> ForProtocolAsync(Session session, AgentProgram program, CancellationToken cancellationToken) =>
        program.AcpCommand is { } template && CommandTemplate.Parse(template) is { } command
            ? await WithPortAsync(
                session,
                new WorkerLaunch(command.For(prompt: null), await VariablesAsync(program, cancellationToken), program.Sandbox, Kind: WorkerKind.Protocol),
                cancellationToken)
            : null;

    /// <summary>How somebody logs in to a program in a terminal: not locked in, as what it keeps lies in the home folder.</summary>
    /// <param name="session">Where.</param>
    /// <param name="program">The program.</param>
    /// <param name="command">What is run; null for the program's own command.</param>
    /// <param name="arguments">What is added to it.</param>
    /// <param name="environment">Variables that it gets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<WorkerLaunch?> ForLoginAsync(
        Session session,
        AgentProgram program,
        string? command,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken)
    {
        if ((command is null ? program.AcpCommand is { } own ? CommandTemplate.Parse(own)?.For(prompt: null) : null : [command]) is not { } begin)
        {
            return null;
        }

        var variables = await VariablesAsync(program, cancellationToken);
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return await WithPortAsync(session, new WorkerLaunch([.. begin, .. arguments], variables, SandboxKind.None), cancellationToken);
    }

    /// <summary>How a command is started that an agent's program wants run: locked into what the program itself is locked into.</summary>
    public async Task<WorkerLaunch> ForAgentTerminalAsync(
        Session session, AgentProgram? program, WorkerLaunch launch, CancellationToken cancellationToken) =>
        await WithPortAsync(session, launch with { Sandbox = program?.Sandbox ?? SandboxKind.None }, cancellationToken);

    /// <summary>A program's own variables, keys among them: for the program, and not for what it runs in terminals.</summary>
    private async Task<Dictionary<string, string?>> VariablesAsync(AgentProgram program, CancellationToken cancellationToken) =>
        (await environments.OfAsync(program.Id, cancellationToken)).ToDictionary(one => one.Key, one => (string?)one.Value, StringComparer.Ordinal);

    private async Task<WorkerLaunch> OfAsync(AgentProgram program, string? prompt, bool goesOn, CancellationToken cancellationToken)
    {
        var template = goesOn && program.Continue is { } goOn ? goOn : program.Command;
        var command = template is null ? null : CommandTemplate.Parse(template);
        return new WorkerLaunch(
            command?.For(prompt),
            await VariablesAsync(program, cancellationToken),
            program.Sandbox,
            program.AskingPatterns,
            InitialInput: prompt is not null && command?.TakesPrompt != true ? prompt : null);
    }

    private async Task<WorkerLaunch> WithPortAsync(Session session, WorkerLaunch launch, CancellationToken cancellationToken) =>
        await worktrees.FirstPortAsync(session.HostId, session.LocationPath, cancellationToken) is { } port
            ? launch with { Environment = new Dictionary<string, string?>(launch.Environment) { ["ATELIER_PORT"] = $"{port}" } }
            : launch;

    private static LaunchReply Refuse(string detail) => new("", Launch: null, SessionProblems.Invalid(detail));
}
