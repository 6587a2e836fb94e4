using Atelier.Server.AgentPrograms;
using Atelier.Server.Repositories;
using Atelier.Server.Sessions;

namespace Atelier.Server.Imports;

/// <summary>What is here before an import.</summary>
/// <param name="Records">What earlier imports took over: what each thing became, by its kind and id there.</param>
/// <param name="Repositories">All repositories of the host.</param>
/// <param name="Programs">Ids of all programs.</param>
/// <param name="Sessions">Those of the request's sessions that are here.</param>
/// <param name="Workers">Those of the request's workers that are here.</param>
internal sealed record ImportKnowledge(
    IReadOnlyDictionary<(ImportedKind Kind, string Id), string> Records,
    IReadOnlyList<Repository> Repositories,
    IReadOnlySet<string> Programs,
    IReadOnlySet<string> Sessions,
    IReadOnlySet<string> Workers);

/// <summary>What the host says about places that the request names.</summary>
/// <param name="Repositories">By path: a repository's real path, default branch and URL, or why there is none.</param>
/// <param name="Branches">By path: the branch that is checked out there.</param>
internal sealed record PlaceFacts(
    IReadOnlyDictionary<string, RepositoryPlace> Repositories, IReadOnlyDictionary<string, string> Branches)
{
    /// <summary>Nobody could be asked.</summary>
    public static PlaceFacts Unknown { get; } = new(new Dictionary<string, RepositoryPlace>(), new Dictionary<string, string>());
}

/// <summary>A repository's real path and facts, or the path that was asked for and why there is none.</summary>
internal sealed record RepositoryPlace(string Path, string? DefaultBranch, string? Url, string? Problem);

internal sealed record ImportCount(int Added, int Known);

/// <summary>How many of each kind an import added, and how many were here before.</summary>
internal sealed record ImportCounts(ImportCount Repositories, ImportCount AgentPrograms, ImportCount Sessions, ImportCount Workers);

/// <summary>Everything an import will do, decided before anything is done.</summary>
/// <param name="AddedRepositories">New ones.</param>
/// <param name="FoundRepositories">Ones whose place an earlier import did not know.</param>
/// <param name="Programs">New ones.</param>
/// <param name="Sessions">New ones, with their workers; none of them runs.</param>
/// <param name="Records">What is remembered of the other program.</param>
/// <param name="Counts">For the caller.</param>
internal sealed record ImportPlan(
    IReadOnlyList<Repository> AddedRepositories,
    IReadOnlyList<Repository> FoundRepositories,
    IReadOnlyList<AgentProgram> Programs,
    IReadOnlyList<Session> Sessions,
    IReadOnlyList<ImportedRecord> Records,
    ImportCounts Counts)
{
    public IEnumerable<string> Notes => Records.SelectMany(record => record.Notes);
}
