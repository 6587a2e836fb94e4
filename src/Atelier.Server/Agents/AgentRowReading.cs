using System.Collections.Immutable;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Server.Accounts.Users;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Sessions.Workers;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>Things of an agent, from rows with the columns that <see cref="AgentRows"/> names.</summary>
internal static class AgentRowReading
{
    public static (Agent?, long, long, long) ReadAgent(NpgsqlDataReader row) => (
        new Agent
        {
            Id = new AgentId(row.GetString(0)),
            UserId = new UserId(row.GetString(1)),
            Title = row.TextOrNull(2),
            TaskRequest = row.GetString(3),
            Status = AgentWords.Of<AgentStatus>(row.GetString(4)),
            Problem = row.TextOrNull(5),
            ProgramId = row.TextOrNull(6) ?? "",
            Place = row.TextOrNull(15) is { } repository
                ? new AgentPlaceRow(
                    repository, row.TextOrNull(7) ?? "", row.TextOrNull(8) ?? "", row.GetString(16), row.GetString(17), row.GetString(18), row.GetString(19), row.TextOrNull(20))
                : null,
            ArchivedAt = row.TimeOrNull(9),
            CreatedAt = row.Time(11),
            CompletedAt = row.TimeOrNull(13),
            LandedAt = row.TimeOrNull(21),
            BaseConflicts = row.IsDBNull(22) ? null : row.GetInt32(22),
            Budget = row.TextOrNull(23) is { } budget ? JsonSerializer.Deserialize<AgentBudget>(budget) : null,
            Spending = row.TextOrNull(24) is { } spending && JsonSerializer.Deserialize<AgentSpending>(spending) is { } spent
                ? spent with { Threads = spent.Threads.ToImmutableSortedDictionary(StringComparer.Ordinal) }
                : AgentSpending.None,
            Protocol = AgentWords.Of<AgentProtocol>(row.GetString(25)),
            ZedAgent = row.TextOrNull(26),
        },
        row.GetInt64(12),
        row.GetInt64(10),
        row.GetInt64(14));

    public static WorkSession ReadWorkSession(NpgsqlDataReader row) => new()
    {
        Id = new WorkSessionId(row.GetString(0)),
        Name = row.GetString(1),
        Type = AgentWords.Of<AgentType>(row.GetString(2)),
        Status = AgentWords.Of<WorkSessionStatus>(row.GetString(3)),
        Position = row.GetInt32(4),
        CreatedAt = row.Time(5),
        StartedAt = row.TimeOrNull(6),
        CompletedAt = row.TimeOrNull(7),
        ReviewedAt = row.TimeOrNull(8),
    };

    public static AgentInstance ReadInstance(NpgsqlDataReader row) => new()
    {
        Id = new InstanceId(row.GetString(0)),
        Status = AgentWords.Of<InstanceStatus>(row.GetString(1)),
        WorkerId = row.GetString(2),
        Epoch = row.GetInt32(3),
        IsStarted = row.GetBoolean(4),
        IsUnwanted = row.GetBoolean(5),
        EndedEpoch = row.GetInt32(6),
        Sequence = row.GetInt64(7),
        LogOffset = row.GetInt64(8),
        OpeningSequence = row.LongOrNull(9),
        Abilities = row.TextOrNull(10) is { } abilities ? JsonSerializer.Deserialize(abilities, HostJson.Default.AgentAbilities) : null,
        ReachedAt = row.TimeOrNull(11),
        DisconnectedAt = row.TimeOrNull(12),
        Problem = row.TextOrNull(13),
        CreatedAt = row.Time(14),
        LastActivityAt = row.TimeOrNull(15),
        Login = row.TextOrNull(16) is { } login ? JsonSerializer.Deserialize<AgentLogin>(login) : null,
        Conversations = row.TextOrNull(17) is { } conversations
            ? JsonSerializer.Deserialize<ProgramConversations>(conversations) ?? ProgramConversations.None
            : ProgramConversations.None,
    };

    public static AgentThread ReadThread(NpgsqlDataReader row) => new()
    {
        Id = new ThreadId(row.GetString(0)),
        WorkSessionId = new WorkSessionId(row.GetString(1)),
        Status = AgentWords.Of<ThreadStatus>(row.GetString(2)),
        ProgramThreadId = row.TextOrNull(3),
        OpenEpoch = row.GetInt32(4),
        OpeningSequence = row.LongOrNull(5),
        Opening = row.TextOrNull(6) is { } opening ? AgentWords.Of<ThreadOpening>(opening) : null,
        IsRetelling = row.GetBoolean(7),
        NeedsHistory = row.GetBoolean(8),
        IsHeld = row.GetBoolean(9),
        Settings = (row.TextOrNull(11) is { } settings ? JsonSerializer.Deserialize<ThreadSettings>(settings) ?? ThreadSettings.None : ThreadSettings.None) with
        {
            Wishes = row.TextOrNull(10) is { } wishes
                ? (JsonSerializer.Deserialize<Dictionary<string, SettingWish>>(wishes) ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal)
                : ThreadSettings.None.Wishes,
            Sent = row.TextOrNull(12) is { } sent ? JsonSerializer.Deserialize<SettingSent>(sent) : null,
        },
        CreatedAt = row.Time(13),
        LastActivityAt = row.TimeOrNull(14),
        TakesUp = row.GetBoolean(15),
    };

    public static Turn ReadTurn(NpgsqlDataReader row) => new()
    {
        Id = new TurnId(row.GetString(0)),
        WorkSessionId = new WorkSessionId(row.GetString(1)),
        Position = row.GetInt64(2),
        Content = row.GetString(3),
        State = AgentWords.Of<TurnState>(row.GetString(4)),
        Attempt = row.GetInt32(5),
        IdempotencyKey = row.TextOrNull(6),
        CreatedBy = row.TextOrNull(7) is { } user ? new UserId(user) : null,
        CreatedAt = row.Time(8),
        DispatchedAt = row.TimeOrNull(9),
        LastEventAt = row.TimeOrNull(10),
        FinishedAt = row.TimeOrNull(11),
        CancelRequestedAt = row.TimeOrNull(12),
        IsCancelSent = row.GetBoolean(13),
        Epoch = row.IsDBNull(14) ? null : row.GetInt32(14),
        Sequence = row.LongOrNull(15),
        StopReason = row.TextOrNull(16),
        Problem = row.TextOrNull(17),
    };

    public static AgentRequest ReadRequest(NpgsqlDataReader row) => new()
    {
        Id = new RequestId(row.GetString(0)),
        Epoch = row.GetInt32(1),
        ProgramRequestId = row.GetString(2),
        WorkSessionId = row.TextOrNull(3) is { } workSession ? new WorkSessionId(workSession) : null,
        TurnId = row.TextOrNull(4) is { } turn ? new TurnId(turn) : null,
        What = row.GetString(5),
        Payload = row.GetString(6),
        State = AgentWords.Of<RequestState>(row.GetString(7)),
        Answer = row.TextOrNull(8),
        AnsweredBy = row.TextOrNull(9) is { } user ? new UserId(user) : null,
        IsAnswerSent = row.GetBoolean(10),
        CreatedAt = row.Time(11),
        AnsweredAt = row.TimeOrNull(12),
        ExpiresAt = row.TimeOrNull(13),
        RuleId = row.TextOrNull(14),
    };

    public static AgentTerminal ReadTerminal(NpgsqlDataReader row) => new()
    {
        Id = new WorkerId(row.GetString(0)),
        Epoch = row.GetInt32(1),
        OutputByteLimit = row.IsDBNull(2) ? null : row.GetInt32(2),
        CreatedAt = row.Time(3),
        ReleasedAt = row.TimeOrNull(4),
        IsEnded = row.GetBoolean(5),
        IsForgotten = row.GetBoolean(6),
    };

    public static NumberedCommand ReadCommand(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetInt64(1),
        JsonSerializer.Deserialize(row.GetString(2), HostJson.Default.AgentCommand)
            ?? throw new InvalidOperationException("A command that was stored is empty."));
}
