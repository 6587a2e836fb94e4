namespace Atelier.Server.Repositories;

/// <summary>What repositories there are from the start.</summary>
internal sealed class RepositoriesOptions
{
    public const string Section = "Repositories";

    /// <summary>A new installation has a tiny repository to try things on; once removed it stays away.</summary>
    public bool Sample { get; init; } = true;
}
