namespace Atelier.Server.Accounts.Users;

/// <summary>Who administers this installation, for capabilities that need somebody to act for.</summary>
internal sealed class Administrators(UserStore users)
{
    /// <summary>The first of them; null before there is one.</summary>
    public Task<User?> FirstAsync(CancellationToken cancellationToken) => users.FirstAdministratorAsync(cancellationToken);
}
