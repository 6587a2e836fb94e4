namespace Atelier.Server.Accounts.Users;

/// <summary>A person with an account here.</summary>
internal sealed record User(UserId Id, string DisplayName, bool IsAdministrator, DateTimeOffset CreatedAt);
