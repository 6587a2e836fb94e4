using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms.Installing;
using Atelier.Server.AgentPrograms.Settings;
using Atelier.Server.AgentPrograms.ToolServers;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Atelier.Server.AgentPrograms;

/// <summary>A program as people see it.</summary>
internal sealed record AgentProgramView(
    AgentProgramId Id,
    string Name,
    bool IsBuiltIn,
    bool? IsInstalled,
    string? CommandTemplate,
    string? ContinueTemplate,
    IReadOnlyList<string> AskingPatterns,
    string? Icon,
    SandboxKind Sandbox,
    string? AcpCommand,
    bool IsForTerminals,
    bool? IsAcpInstalled,
    ServedBy ServedBy)
{
    /// <summary>What it speaks with its acpCommand.</summary>
    public AgentProtocol Protocol { get; init; }

    /// <summary>The agent within Zed; null for Zed's own, and where it does not speak Zed's protocol.</summary>
    public string? ZedAgent { get; init; }

    /// <summary>How it can be installed from npm; absent where nobody knows.</summary>
    public ProgramPackageView? Package { get; init; }

    /// <summary>The version that was installed here; absent when none was.</summary>
    public string? InstalledVersion { get; init; }

    /// <summary>Where it is found; absent where it is not.</summary>
    public string? Path { get; init; }

    /// <summary>What is being done about it, or came of that last; absent when nothing was.</summary>
    public ProgramInstallView? Install { get; init; }

    /// <summary>How somebody logs in to it, for people.</summary>
    public string? LoginHint { get; init; }

    /// <summary>What is odd about it, for people.</summary>
    public string? Note { get; init; }

    public static AgentProgramView Of(AgentProgram program, FoundPrograms found) => Of(program, found.Names) with
    {
        Package = program.Package is { } package ? new ProgramPackageView(package.Name, package.Version) : null,
        InstalledVersion = found.OwnOf(program)?.Version,
        Path = found.PathOf(program.AcpExecutable ?? program.Executable),
        Install = found.InstallOf(program) is { } install ? ProgramInstallView.Of(install) : null,
        LoginHint = program.LoginHint,
        Note = program.Note,
    };

    private static AgentProgramView Of(AgentProgram program, IReadOnlySet<string>? installed) => new(
        program.Id,
        program.Name,
        program.IsBuiltIn,
        program.Executable is { } executable ? installed?.Contains(executable) : true,
        program.Command,
        program.Continue,
        program.AskingPatterns,
        program.Icon,
        program.Sandbox,
        program.AcpCommand,
        program.IsForTerminals,
        program.AcpExecutable is { } speaker ? installed?.Contains(speaker) : false,
        program.ServedBy)
    {
        Protocol = program.Protocol,
        ZedAgent = program.ZedAgent,
    };
}

internal sealed record AgentProgramsReply(IReadOnlyList<AgentProgramView> AgentPrograms);

internal sealed record AgentProgramReply(AgentProgramView AgentProgram);

/// <summary>Asks for a program, or changes one; what is absent stays.</summary>
/// <param name="Name">For people.</param>
/// <param name="CommandTemplate">How it is started; {{PROMPT}} is where the first prompt goes.</param>
/// <param name="ContinueTemplate">How it goes on with its last conversation; empty for not at all.</param>
/// <param name="AskingPatterns">Regular expressions that say it is asking.</param>
/// <param name="Icon">Name of its mark.</param>
/// <param name="Sandbox">none or bubblewrap.</param>
/// <param name="AcpCommand">How it is started to speak its protocol; empty for not at all.</param>
/// <param name="Protocol">acp or zed.</param>
/// <param name="ZedAgent">The agent within Zed that does the work; empty for Zed's own.</param>
internal sealed record AgentProgramRequest(
    string? Name = null,
    string? CommandTemplate = null,
    string? ContinueTemplate = null,
    IReadOnlyList<string>? AskingPatterns = null,
    string? Icon = null,
    SandboxKind? Sandbox = null,
    string? AcpCommand = null,
    AgentProtocol? Protocol = null,
    string? ZedAgent = null);

internal static class AgentProgramEndpoints
{
    public static void MapAgentPrograms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/agent-programs", List).AllowAnyUser();
        routes.MapPost("/api/agent-programs", Add).Requires(Access.Administrator);
        routes.MapPatch("/api/agent-programs/{id}", Change).Requires(Access.Administrator);
        routes.MapDelete("/api/agent-programs/{id}", Remove).Requires(Access.Administrator);
        routes.MapProgramInstalls();
        routes.MapProgramEnvironments();
        routes.MapToolServers();
    }

    private static async Task<Ok<AgentProgramsReply>> List(ProgramCatalog catalog, CancellationToken cancellationToken)
    {
        var programs = await catalog.AllAsync(cancellationToken);
        var installed = await catalog.InstalledAsync(programs, cancellationToken);
        return TypedResults.Ok(new AgentProgramsReply([.. programs.Select(program => AgentProgramView.Of(program, installed))]));
    }

    private static Task<Results<Ok<AgentProgramReply>, Created<AgentProgramReply>, ProblemHttpResult>> Add(
        AgentProgramRequest request, CurrentUser user, AgentProgramStore store, ProgramCatalog catalog, AuditLog audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var empty = new AgentProgram(AgentProgramId.New(clock), "", IsBuiltIn: false, Command: null, Continue: null, [], Icon: null, SandboxKind.None);
        return SaveAsync(empty, request, isNew: true, user, store, catalog, audit, cancellationToken);
    }

    private static async Task<Results<Ok<AgentProgramReply>, Created<AgentProgramReply>, ProblemHttpResult>> Change(
        AgentProgramId id, AgentProgramRequest request, CurrentUser user, AgentProgramStore store, ProgramCatalog catalog, AuditLog audit, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) switch
        {
            null => AgentProgramProblems.NotFound(id.Value),
            { IsBuiltIn: true } => AgentProgramProblems.BuiltIn(),
            var program => await SaveAsync(program, request, isNew: false, user, store, catalog, audit, cancellationToken),
        };

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        AgentProgramId id, CurrentUser user, AgentProgramStore store, ProgramCatalog catalog, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is { IsBuiltIn: true })
        {
            return AgentProgramProblems.BuiltIn();
        }

        await store.DeleteAsync(id, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "program-removed", "agent-program", id.Value), cancellationToken);
        return TypedResults.NoContent();
    }

    // Absent: as it was. Empty: none.
    private static string? Changed(string? wanted, string? before) => wanted is null ? before : wanted.Trim() is { Length: > 0 } text ? text : null;

    private static async Task<Results<Ok<AgentProgramReply>, Created<AgentProgramReply>, ProblemHttpResult>> SaveAsync(
        AgentProgram before,
        AgentProgramRequest request,
        bool isNew,
        CurrentUser user,
        AgentProgramStore store,
        ProgramCatalog catalog,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        var program = before with
        {
            Name = request.Name?.Trim() ?? before.Name,
            Command = Changed(request.CommandTemplate, before.Command),
            Continue = Changed(request.ContinueTemplate, before.Continue),
            AcpCommand = Changed(request.AcpCommand, before.AcpCommand),
            Protocol = request.Protocol ?? before.Protocol,
            ZedAgent = Changed(request.ZedAgent, before.ZedAgent),
            AskingPatterns = request.AskingPatterns ?? before.AskingPatterns,
            Icon = request.Icon ?? before.Icon,
            Sandbox = request.Sandbox ?? before.Sandbox,
        };
        if (program.Wrong() is { } wrong)
        {
            return AgentProgramProblems.Invalid(wrong);
        }

        await store.SaveAsync(program, user.Id, cancellationToken);
        catalog.Forget();
        await audit.WriteAsync(
            new AuditEntry(user.Actor, isNew ? "program-added" : "program-changed", "agent-program", program.Id.Value, new { program.Name, program.Command }),
            cancellationToken);
        var reply = new AgentProgramReply(AgentProgramView.Of(program, await catalog.InstalledAsync([program], cancellationToken)));
        return isNew ? TypedResults.Created($"/api/agent-programs/{program.Id}", reply) : TypedResults.Ok(reply);
    }
}

internal static class AgentProgramsSetup
{
    public static IServiceCollection AddAgentPrograms(this IServiceCollection services)
    {
        services.AddSingleton<AgentProgramStore>();
        services.AddSingleton<ProgramInstallStore>();
        services.AddSingleton<ProgramInstalling>();
        services.AddSingleton<IHostObserver>(provider => provider.GetRequiredService<ProgramInstalling>());
        services.AddSingleton<ProgramEnvironments>();
        services.AddSingleton<ToolServerStore>();
        services.AddSingleton<HandedToolServers>();
        services.TryAddSingleton<SealedSecrets>();
        services.AddSingleton<ProgramCatalog>();
        return services;
    }
}
