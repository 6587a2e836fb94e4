using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Identity;
using Atelier.Server.Reviews.Forecasts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Landings;

/// <summary>Gets an agent's work into another branch.</summary>
/// <param name="How">merge, squash, or push: to the remote, for a request to pull it there.</param>
/// <param name="Message">Of the commit; made from the task when absent.</param>
/// <param name="Into">The branch that gets it; the one the agent started from when absent.</param>
/// <param name="Commit">Whether uncommitted work is committed first.</param>
/// <param name="CommitMessage">The message of that commit; the one of the landing when absent.</param>
/// <param name="Complete">Whether the agent is completed when its work has landed.</param>
/// <param name="Author">Who the commits are by; the caller when absent.</param>
internal sealed record LandBody(
    LandingHow How, string? Message = null, string? Into = null, bool? Commit = null, string? CommitMessage = null, bool? Complete = null, LandAuthorBody? Author = null);

/// <summary>Whoever commits are by.</summary>
internal sealed record LandAuthorBody(string Name, string Email);

/// <summary>Gives conflicts to the agent, as its next prompt.</summary>
/// <param name="Into">The branch that its work conflicts with; the one it started from when absent.</param>
/// <param name="WorkSessionId">In which line of work; the first when absent.</param>
internal sealed record ResolveBody(string? Into = null, string? WorkSessionId = null);

/// <summary>How an agent's work got into another branch.</summary>
internal sealed record LandingView(
    LandingId Id,
    LandingHow How,
    string Into,
    LandingState State,
    string? Commit,
    IReadOnlyList<string> Paths,
    string? Reason,
    string? Problem,
    string? PullRequestUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt)
{
    public static LandingView Of(Landing landing) => new(
        landing.Id,
        landing.How,
        landing.Into,
        landing.State,
        landing.Commit,
        landing.Paths,
        landing.Reason,
        landing.State switch
        {
            LandingState.Refused => LandingWords.WhyNot(landing),
            LandingState.Failed => landing.Detail,
            _ => null,
        },
        landing.PullRequestUrl,
        landing.CreatedAt,
        landing.FinishedAt);
}

internal sealed record LandingReply(LandingView Landing);

internal sealed record LandingsReply(IReadOnlyList<LandingView> Landings);

internal sealed record ResolveReply(TurnId TurnId, IReadOnlyList<string> Paths);

internal static class LandingEndpoints
{
    private const string IdempotencyKey = "Idempotency-Key";
    private const int MaxKeyLength = 200;
    private const int MaxMessageLength = 20_000;
    private const int MaxNameLength = 200;

    public static void MapLandings(this IEndpointRouteBuilder agent)
    {
        agent.MapGet("/landings", List).Requires(Access.Agent(Role.Viewer, "agentId"));
        agent.MapPost("/land", Land).Requires(Access.Agent(Role.Editor, "agentId"));
        agent.MapPost("/land/resolve", Resolve).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Ok<LandingsReply>> List(AgentId agentId, LandingStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(new LandingsReply([.. (await store.OfAgentAsync(agentId, cancellationToken)).Select(LandingView.Of)]));

    private static async Task<Results<Ok<LandingReply>, ProblemHttpResult>> Land(
        AgentId agentId,
        LandBody body,
        HttpContext context,
        CurrentUser user,
        ReviewPlaces places,
        LandingStore store,
        LandingRuns runs,
        IOptions<ReviewsOptions> options,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var key = context.Request.Headers[IdempotencyKey].ToString() is { Length: > 0 } given ? given : Ids.New("key", clock);
        if (Wrong(body, key) is { } wrong)
        {
            return ReviewProblems.Invalid(wrong);
        }

        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        var landing = await store.FindAsync(agentId, key, cancellationToken);
        if (landing is null)
        {
            if (place.Agent.Turns.Exists(turn => turn.IsInFlight))
            {
                return ReviewProblems.TurnInFlight();
            }

            var made = New(body, key, place, user, options.Value, clock);
            if (made.Into == place.Branch)
            {
                return ReviewProblems.Invalid($"{made.Into} is the agent's own branch.");
            }

            await store.AddAsync(made, cancellationToken);
            landing = await store.FindAsync(agentId, key, cancellationToken);
            if (landing is null)
            {
                return ReviewProblems.LandingInProgress();
            }
        }

        var ended = landing.State == LandingState.Doing ? await runs.RunAsync(landing.Id, cancellationToken) : landing;
        await audit.WriteAsync(
            new AuditEntry(user.Actor, "agent-landed", "agent", agentId.Value, new { How = ended.How.ToString(), ended.Into, State = ended.State.ToString(), ended.Commit }), cancellationToken);
        return ended.State is LandingState.Landed or LandingState.Pushed ? TypedResults.Ok(new LandingReply(LandingView.Of(ended))) : ReviewProblems.Of(ended);
    }

    private static async Task<Results<Ok<ResolveReply>, ProblemHttpResult>> Resolve(
        AgentId agentId,
        ResolveBody body,
        CurrentUser user,
        ReviewPlaces places,
        Forecasting forecasting,
        Prompting prompting,
        CancellationToken cancellationToken)
    {
        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        var into = body.Into is { Length: > 0 } wanted ? wanted : place.BaseBranch;
        var forecast = await forecasting.LookAsync(place, into, [], cancellationToken);
        if (forecast.Base.Commit is not { } other)
        {
            return ReviewProblems.NoSuchBranch(into);
        }

        if (forecast.Base.Conflicts.Count == 0)
        {
            return ReviewProblems.NothingToResolve(into);
        }

        // The same conflicts are given once, whoever asks and however often.
        var turn = await prompting.AskAsync(
            place.Owner, body.WorkSessionId, LandingWords.ConflictPrompt(into, forecast.Base.Conflicts), $"resolve-{forecast.Commit}-{other}", user, cancellationToken);
        return turn is null ? ReviewProblems.NotAsked() : TypedResults.Ok(new ResolveReply(turn.Id, forecast.Base.Conflicts));
    }

    private static Landing New(LandBody body, string key, ReviewPlace place, CurrentUser user, ReviewsOptions options, TimeProvider clock)
    {
        var message = body.Message is { } said && !string.IsNullOrWhiteSpace(said) ? said.Trim() : LandingWords.Message(place.Agent);
        var author = body.Author ?? (options.AuthorIsPerson ? new LandAuthorBody(user.DisplayName, $"{user.Id}@atelier.invalid") : null);
        return new Landing
        {
            Id = LandingId.New(clock),
            AgentId = place.Agent.Id,
            IdempotencyKey = key,
            How = body.How,
            Into = body.Into is { Length: > 0 } into ? into : place.BaseBranch,
            Message = message,
            CommitMessage = body.Commit == true ? (string.IsNullOrWhiteSpace(body.CommitMessage) ? message : body.CommitMessage.Trim()) : null,
            AuthorName = author?.Name,
            AuthorEmail = author?.Email,
            Completes = body.Complete == true,
            CreatedBy = user.Id,
            CreatedAt = clock.GetUtcNow(),
        };
    }

    private static string? Wrong(LandBody body, string key) =>
        key.Length > MaxKeyLength ? $"{IdempotencyKey} has at most {MaxKeyLength} characters."
        : $"{body.Message}{body.CommitMessage}".Length > MaxMessageLength ? $"A message has at most {MaxMessageLength} characters."
        : !JsonTexts.IsKept($"{body.Message}{body.CommitMessage}{body.Into}") ? "There is a character in it that is none: U+0000, or half of one."
        : body.Into is { } into && (into.Length > MaxNameLength || into.StartsWith('-') || into.Any(char.IsControl)) ? "into names a branch."
        : body.Author is { } author && (string.IsNullOrWhiteSpace(author.Name) || string.IsNullOrWhiteSpace(author.Email) || $"{author.Name}{author.Email}".Length > MaxNameLength
            || $"{author.Name}{author.Email}".Any(letter => char.IsControl(letter) || letter is '<' or '>')) ? "An author has a name and an email address, without < and >."
        : null;
}
