using Atelier.Server.Accounts;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.ModelProviders;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents;

internal abstract record CreateAgentReply
{
    private CreateAgentReply()
    {
    }

    internal sealed record Created(AgentOwner Owner) : CreateAgentReply;

    /// <summary>It was made before, under the same name.</summary>
    internal sealed record Already(AgentOwner Owner) : CreateAgentReply;

    internal sealed record Refused(ProblemHttpResult Problem) : CreateAgentReply;
}

/// <summary>What is chosen of an agent before it is made.</summary>
/// <param name="AgentId">Its id.</param>
/// <param name="Turn">What it is asked first, in the work session that it begins with.</param>
internal sealed record AgentBeginning(AgentId AgentId, Turn Turn);

/// <summary>Makes agents: the rows with everything that is to come of them; the plan does the rest.</summary>
internal sealed class AgentCreation(
    AgentOwners agents, KnownRepositories repositories, ProgramCatalog programs, KnownModels models, IOptions<AgentsOptions> options, TimeProvider clock)
{
    private const string FirstWorkSession = "Main";
    private const int MaxModeIdLength = 255;

    /// <summary>Makes an agent, if its maker may.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="user">Its maker.</param>
    /// <param name="idempotencyKey">The client's name for the request, under which it makes one agent; null when it gave none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="beginning">Ids that are given out already, and the first turn; null to choose them here.</param>
    public async Task<CreateAgentReply> CreateAsync(
        CreateAgentRequest request, CurrentUser user, string? idempotencyKey, CancellationToken cancellationToken, AgentBeginning? beginning = null)
    {
        if (idempotencyKey is not null && await agents.FindAsync(user.Id, idempotencyKey, cancellationToken) is { } before)
        {
            return new CreateAgentReply.Already(before);
        }

        if (Wrong(request) is { } wrong)
        {
            return new CreateAgentReply.Refused(AgentProblems.Invalid(wrong));
        }

        if (!RepositoryId.TryParse(request.RepositoryId, provider: null, out var repositoryId)
            || await repositories.RoleInAsync(user, repositoryId, cancellationToken) is not { } role
            || await repositories.FindAsync(repositoryId, cancellationToken) is not { } repository)
        {
            return new CreateAgentReply.Refused(AgentProblems.RepositoryNotFound());
        }

        if (role < Role.Editor)
        {
            return new CreateAgentReply.Refused(AgentProblems.RepositoryIsReadOnly());
        }

        if (repository.Status != RepositoryStatus.Ready)
        {
            return new CreateAgentReply.Refused(AgentProblems.RepositoryNotReady(repository.Problem));
        }

        if (!AgentProgramId.TryParse(request.AgentProgramId, provider: null, out var programId) || await programs.FindAsync(programId, cancellationToken) is not { } program)
        {
            return new CreateAgentReply.Refused(AgentProblems.ProgramNotFound(request.AgentProgramId));
        }

        var wantedType = request.AgentType is null ? TypeServedBy(program) ?? AgentType.ZedAgent : AgentWords.TypeOf(request.AgentType);
        if (wantedType is not { } type)
        {
            return new CreateAgentReply.Refused(AgentProblems.Invalid("agentType is zed_agent, helix_agent or simple."));
        }

        if (await RefusalAsync(type, program, request.ModelProviderId, cancellationToken) is { } refusal)
        {
            return new CreateAgentReply.Refused(refusal);
        }

        if (request.ModeId is { } mode && (mode.Length is 0 or > MaxModeIdLength || (type != AgentType.ZedAgent && BuiltInModes.Of(mode) is null)))
        {
            return new CreateAgentReply.Refused(AgentProblems.SettingNotOffered(mode));
        }

        if ((request.BaseBranch ?? repository.DefaultBranch)?.Trim() is not { Length: > 0 } baseBranch)
        {
            return new CreateAgentReply.Refused(AgentProblems.Invalid("The repository has no default branch; say baseBranch."));
        }

        try
        {
            return new CreateAgentReply.Created(await agents.AddAsync(New(request, type, repository, program, baseBranch, user, beginning), cancellationToken, idempotencyKey));
        }
        catch (PostgresException twice) when (twice is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "agents_of_key" })
        {
            return await CreateAsync(request, user, idempotencyKey, cancellationToken, beginning); // the same was asked at the same time
        }
    }

    /// <summary>Why an agent of a program takes no work session of a kind; null when it does.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="program">The program; null for one that is not there any more.</param>
    /// <param name="providerId">The model provider that is wanted; null or empty for the default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ProblemHttpResult?> RefusalAsync(AgentType type, AgentProgram? program, string? providerId, CancellationToken cancellationToken)
    {
        if (type == AgentType.ZedAgent)
        {
            return program switch
            {
                { AcpCommand: null } when TypeServedBy(program) is not null => AgentProblems.NoProgramForThreads(),
                { AcpCommand: null } => AgentProblems.ProgramIsForTerminals(program.Name),
                _ => null,
            };
        }

        var all = await models.AllAsync(cancellationToken);
        return all.Count == 0 ? AgentProblems.NoModelProvider()
            : providerId is { Length: > 0 } wanted && !all.Any(one => one.Id.Value == wanted) ? AgentProblems.ModelProviderNotFound(wanted)
            : null;
    }

    /// <summary>The program of an agent; null when it is not there any more.</summary>
    public Task<AgentProgram?> ProgramOfAsync(Agent agent, CancellationToken cancellationToken) => programs.FindAsync(new AgentProgramId(agent.ProgramId), cancellationToken);

    /// <summary>What is wrong with a prompt, in words; null when nothing is.</summary>
    public string? Wrong(string text, IReadOnlyList<PromptImage>? images) =>
        string.IsNullOrWhiteSpace(text) ? "There is nothing in it."
        : !JsonTexts.IsKept(text) ? "There is a character in it that is none: U+0000, or half of one."
        : text.Length > options.Value.MaxPromptLength ? $"A prompt has at most {options.Value.MaxPromptLength} characters."
        : images?.Sum(image => image.Data.Length) > options.Value.MaxImageBytes ? $"The images of a prompt have at most {options.Value.MaxImageBytes} bytes in base64."
        : images?.Any(image => !image.MimeType.StartsWith("image/", StringComparison.Ordinal)) == true ? "An image's mimeType begins with image/."
        : null;

    /// <summary>A new turn of a person.</summary>
    public Turn NewTurn(WorkSessionId workSession, long position, string text, IReadOnlyList<PromptImage>? images, CurrentUser user, string? idempotencyKey = null) => new()
    {
        Id = TurnId.New(clock),
        WorkSessionId = workSession,
        Position = position,
        Content = PromptContent.Of(text, images ?? []),
        IdempotencyKey = idempotencyKey,
        CreatedBy = user.Id,
        CreatedAt = clock.GetUtcNow(),
    };

    /// <summary>Adds a work session, with instance and thread where it needs them.</summary>
    public WorkSessionReply AddWorkSession(
        AgentChange change, WorkSessionId id, string name, AgentType type, string? conversation = null, string? providerId = null) => WorkSessionRules.Add(
        change,
        new WorkSession { Id = id, Name = name, Type = type, Position = change.Agent.WorkSessions.Count, CreatedAt = change.Now },
        () => new AgentInstance { Id = InstanceId.New(clock), WorkerId = WorkerId.New(clock).Value, CreatedAt = change.Now },
        () => new AgentThread { Id = ThreadId.New(clock), WorkSessionId = id, CreatedAt = change.Now },
        conversation,
        providerId is { Length: > 0 } provider ? new ModelProviderId(provider) : null);

    /// <summary>The kind of work session that a program which is none of its own stands for; null for every other.</summary>
    private static AgentType? TypeServedBy(AgentProgram program) => program.ServedBy switch
    {
        ServedBy.BuiltInAgent => AgentType.HelixAgent,
        ServedBy.Chat => AgentType.Simple,
        _ => null,
    };

    private string? Wrong(CreateAgentRequest request) =>
        Wrong(request.TaskRequest, request.Images)
        ?? (request.Title?.Length > AgentTitle.MaxLength ? $"A title has at most {AgentTitle.MaxLength} characters."
            : $"{request.Branch}{request.BaseBranch}".Any(char.IsControl) ? "A branch has no control characters in its name."
            : request.Budget?.MayBe() == false ? "A budget has tokens, minutes and a cost greater than nothing, or none of them." : null);

    private AgentChange New(CreateAgentRequest request, AgentType type, Repository repository, AgentProgram program, string baseBranch, CurrentUser user, AgentBeginning? beginning)
    {
        var now = clock.GetUtcNow();
        var id = beginning?.AgentId ?? AgentId.New(clock);
        var change = new AgentChange(
            new Agent
            {
                Id = id,
                UserId = user.Id,
                Title = AgentTitle.Fit(request.Title ?? "") is { Length: > 0 } title ? title : null,
                TaskRequest = request.TaskRequest,
                ProgramId = request.AgentProgramId,
                Protocol = program.Protocol,
                ZedAgent = program.ZedAgent,
                CreatedAt = now,
                Budget = (request.Budget ?? new BudgetRequest(options.Value.BudgetTokens, options.Value.BudgetMinutes, options.Value.BudgetCost)).Made(),
                Place = new AgentPlaceRow(
                    repository.Id.Value,
                    repository.Owner,
                    repository.Name,
                    repository.HostId.Value,
                    SessionId.New(clock).Value,
                    request.Branch is { Length: > 0 } branch ? branch.Trim() : AgentTitle.Branch(request.TaskRequest, id),
                    baseBranch,
                    Path: null),
            },
            now);
        var workSession = beginning?.Turn.WorkSessionId ?? WorkSessionId.New(clock);
        AddWorkSession(change, workSession, FirstWorkSession, type, providerId: request.ModelProviderId);
        if (request.ModeId is { } mode && change.Agent.BuiltInOf(workSession) is { } builtIn)
        {
            change.Become(change.Agent.With(builtIn with { Mode = BuiltInModes.Of(mode) ?? builtIn.Mode }));
        }
        else if (request.ModeId is { } wanted)
        {
            ThreadSettingRules.Want(change, workSession, ThreadSettings.ModeKey, new SettingValue(wanted, IsOn: null));
        }

        TurnQueue.Add(change, beginning?.Turn ?? NewTurn(workSession, AgentOwner.TurnSpacing, request.TaskRequest, request.Images, user), interrupts: false, maxQueued: 1);
        return change;
    }
}
