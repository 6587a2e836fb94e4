using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Reviews.Comments;

internal enum CommentSide
{
    /// <summary>The file as it was before.</summary>
    Old,

    /// <summary>The file as it is now.</summary>
    New,
}

/// <summary>Transitions are in docs/states.md.</summary>
internal enum CommentState
{
    /// <summary>The agent has not been told.</summary>
    Draft,

    /// <summary>It was told, in a turn.</summary>
    Sent,

    /// <summary>A person has seen that it is done, or is not wanted any more.</summary>
    Resolved,
}

/// <summary>What became of a wish about comments.</summary>
internal enum CommentReply
{
    Done,
    NotFound,
    IsSent,
    TooMany,
    NothingToSend,
}

/// <summary>What a person says to lines of an agent's work; with others it becomes one prompt.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AgentId">Whose work.</param>
/// <param name="Path">The file.</param>
/// <param name="Side">Which version of it.</param>
/// <param name="Line">The first line, from 1.</param>
/// <param name="LastLine">The last line.</param>
/// <param name="FileHash">Names the contents that the lines were read in; when the file has others now, the lines may be others, too.</param>
/// <param name="Quote">The lines as they were; empty where the diff did not show them.</param>
/// <param name="Body">What is said.</param>
/// <param name="State">How far it is.</param>
/// <param name="TurnId">The turn that told the agent.</param>
/// <param name="CreatedBy">Who says it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
internal sealed record ReviewComment(
    CommentId Id,
    AgentId AgentId,
    string Path,
    CommentSide Side,
    int Line,
    int LastLine,
    string? FileHash,
    string Quote,
    string Body,
    CommentState State,
    TurnId? TurnId,
    UserId CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
