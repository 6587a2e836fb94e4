namespace Atelier.Server.Accounts.Permissions;

/// <summary>Knows whose roles let them run programs on a host; the capability with those roles registers one.</summary>
internal interface IProgramRights
{
    /// <summary>Asked about people who are no administrators.</summary>
    ValueTask<bool> MayRunProgramsAsync(CurrentUser user, CancellationToken cancellationToken);
}
