using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents.Permissions;

/// <summary>A rule as people see it.</summary>
internal sealed record PermissionRuleView(
    PermissionRuleId Id,
    string RepositoryId,
    string? AgentProgramId,
    string ToolKind,
    PermissionSubject Subject,
    PermissionMatch Match,
    string Pattern,
    string Folder,
    PermissionDecision Decision,
    UserId CreatedBy,
    DateTimeOffset CreatedAt,
    UserId? RevokedBy,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    long TimesUsed);

/// <summary>Rules as rows. They are written with the answer they come from, and counted with the answers they give.</summary>
internal sealed class PermissionRules(NpgsqlDataSource database, TimeProvider clock)
{
    private const string Columns =
        "id, repository_id, agent_program_id, tool_kind, subject, match, pattern, folder, decision, created_by, created_at, revoked_by, revoked_at, last_used_at, times_used";

    /// <summary>Rules of a repository that hold.</summary>
    public async Task<IReadOnlyList<PermissionRule>> HoldingAsync(string repository, CancellationToken cancellationToken) =>
    [
        .. (await database.CommandFor($"select {Columns} from permission_rules where repository_id = $1 and revoked_at is null order by created_at, id", repository)
            .AllAsync(Read, cancellationToken)).Select(view => new PermissionRule
            {
                Id = view.Id,
                RepositoryId = view.RepositoryId,
                ProgramId = view.AgentProgramId,
                ToolKind = view.ToolKind,
                Subject = view.Subject,
                Match = view.Match,
                Pattern = view.Pattern,
                Folder = view.Folder,
                Decision = view.Decision,
                CreatedBy = view.CreatedBy,
                CreatedAt = view.CreatedAt,
            }),
    ];

    /// <summary>Rules of a repository for people: those that hold first, the newest first.</summary>
    public Task<IReadOnlyList<PermissionRuleView>> AllAsync(string repository, CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from permission_rules where repository_id = $1 order by revoked_at is not null, created_at desc, id", repository)
            .AllAsync(Read, cancellationToken);

    /// <summary>Revokes a rule; null when there is no such rule, false when it was revoked before.</summary>
    public async Task<bool?> RevokeAsync(string repository, PermissionRuleId id, UserId by, CancellationToken cancellationToken) =>
        await database.CommandFor(
            "update permission_rules set revoked_at = $3, revoked_by = $4 where repository_id = $1 and id = $2 and revoked_at is null", repository, id, clock.GetUtcNow(), by)
            .RunAsync(cancellationToken) > 0
            ? true
            : await database.CommandFor("select 1 from permission_rules where repository_id = $1 and id = $2", repository, id).OneAsync(row => (bool?)false, cancellationToken);

    /// <summary>What writes a new rule; one that says the same as another that holds is not needed.</summary>
    public static NpgsqlBatchCommand Insert(PermissionRule rule) => Sql.BatchCommandFor(
        """
        insert into permission_rules (id, repository_id, agent_program_id, tool_kind, subject, match, pattern, folder, decision, created_by, created_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 where not exists (
            select from permission_rules where repository_id = $2 and agent_program_id is not distinct from $3 and tool_kind = $4 and subject = $5 and match = $6 and pattern = $7
                and folder = $8 and decision = $9 and revoked_at is null)
        """,
        rule.Id,
        rule.RepositoryId,
        rule.ProgramId,
        rule.ToolKind,
        rule.Subject.Word(),
        rule.Match.Word(),
        rule.Pattern,
        rule.Folder,
        rule.Decision.Word(),
        rule.CreatedBy,
        rule.CreatedAt);

    /// <summary>What counts that a rule has answered; touches no row when it was revoked meanwhile.</summary>
    public static NpgsqlBatchCommand Use(PermissionRuleId id, DateTimeOffset now) => Sql.BatchCommandFor(
        "update permission_rules set times_used = times_used + 1, last_used_at = $2 where id = $1 and revoked_at is null", id, now);

    private static PermissionRuleView Read(NpgsqlDataReader row) => new(
        new PermissionRuleId(row.GetString(0)),
        row.GetString(1),
        row.TextOrNull(2),
        row.GetString(3),
        AgentWords.Of<PermissionSubject>(row.GetString(4)),
        AgentWords.Of<PermissionMatch>(row.GetString(5)),
        row.GetString(6),
        row.GetString(7),
        AgentWords.Of<PermissionDecision>(row.GetString(8)),
        new UserId(row.GetString(9)),
        row.Time(10),
        row.TextOrNull(11) is { } user ? new UserId(user) : null,
        row.TimeOrNull(12),
        row.TimeOrNull(13),
        row.GetInt64(14));
}
