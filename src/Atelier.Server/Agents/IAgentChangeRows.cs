using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>Rows of another capability that follow from a change of an agent alone; they are written in its transaction.</summary>
internal interface IAgentChangeRows
{
    /// <summary>What is to be written; pure.</summary>
    IEnumerable<AgentChangeRow> Of(AgentChange change);
}

/// <param name="Command">Writes it.</param>
/// <param name="SubjectId">The thing that news tell of; null where there is nothing to tell.</param>
internal sealed record AgentChangeRow(NpgsqlBatchCommand Command, string? SubjectId);
