using System.Text.Json;

namespace Atelier.Server.Imports;

internal enum ImportedKind
{
    Repository,
    AgentProgram,
    Session,
}

/// <summary>A thing of another program: what it was there, and what it became here.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id there.</param>
/// <param name="SubjectId">Its id here.</param>
/// <param name="Original">As it was, to the letter.</param>
/// <param name="Notes">What could not be taken over as it was, in words.</param>
internal sealed record ImportedRecord(ImportedKind Kind, string Id, string SubjectId, JsonElement Original, IReadOnlyList<string> Notes);
