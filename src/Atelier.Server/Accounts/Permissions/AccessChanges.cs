using System.Collections.Concurrent;
using Atelier.Server.Accounts.Tokens;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>Whoever takes rights away says so here; whatever is still open because of a right looks again whether it may be.</summary>
/// <remarks>Rights are told nowhere else and kept by nobody: each open socket and stream asks anew, with its token as the rows have it now.</remarks>
internal sealed partial class AccessChanges(AccessTokenStore tokens, ILogger<AccessChanges> log)
{
    private readonly ConcurrentDictionary<long, (CurrentUser User, Func<CurrentUser?, Task> LookAgain)> _open = new();
    private long _last;

    /// <summary>Calls back, until disposed, when rights may have changed.</summary>
    /// <param name="user">Who was let in, and by what.</param>
    /// <param name="lookAgain">Given the caller as they are now; null when their token is not valid any more.</param>
    public IDisposable Watch(CurrentUser user, Func<CurrentUser?, Task> lookAgain)
    {
        var number = Interlocked.Increment(ref _last);
        _open[number] = (user, lookAgain);
        return new Watching(this, number);
    }

    /// <summary>Rights have changed; returns when everything open has looked again.</summary>
    public async Task TellAsync()
    {
        foreach (var (user, lookAgain) in _open.Values)
        {
            try
            {
                var known = await tokens.FindAsync(user.Token.Id, CancellationToken.None);
                await lookAgain(known is null ? null : user with { User = known.User, Token = known.Token });
            }
            catch (Exception failed) when (failed is Npgsql.NpgsqlException or ObjectDisposedException)
            {
                LogNotLooked(user.Id.Value, failed.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Rights changed, and an open connection of {User} could not look again: {Reason}")]
    private partial void LogNotLooked(string user, string reason);

    private sealed class Watching(AccessChanges changes, long number) : IDisposable
    {
        public void Dispose() => changes._open.TryRemove(number, out _);
    }
}
