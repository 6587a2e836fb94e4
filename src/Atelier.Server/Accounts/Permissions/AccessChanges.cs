using System.Collections.Concurrent;
using Atelier.Server.Accounts.Tokens;

namespace Atelier.Server.Accounts.Permissions;

/// <summary>Whoever takes rights away says so here; whatever is still open because of a right looks again whether it may be. So it does when its token expires.</summary>
/// <remarks>Rights are told nowhere else and kept by nobody: each open socket and stream asks anew, with its token as the rows have it now.</remarks>
internal sealed partial class AccessChanges(AccessTokenStore tokens, TimeProvider clock, ILogger<AccessChanges> log)
{
    // Timers reach 49 days, browsers stay logged in for longer; and a database that was away may be back by then.
    private static readonly TimeSpan s_lookAtMost = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(10);

    private readonly AccessTokenStore _tokens = tokens;
    private readonly TimeProvider _clock = clock;
    private readonly ConcurrentDictionary<long, Watching> _open = new();
    private long _last;

    /// <summary>Calls back, until disposed, when rights may have changed.</summary>
    /// <param name="user">Who was let in, and by what.</param>
    /// <param name="lookAgain">Given the caller as they are now; null when their token is not valid any more.</param>
    public IDisposable Watch(CurrentUser user, Func<CurrentUser?, Task> lookAgain)
    {
        var number = Interlocked.Increment(ref _last);
        var watching = new Watching(this, number, user, lookAgain);
        _open[number] = watching;
        watching.WaitForExpiry(user.Token.ExpiresAt);
        return watching;
    }

    /// <summary>Rights have changed; returns when everything open has looked again.</summary>
    public async Task TellAsync()
    {
        foreach (var watching in _open.Values)
        {
            await watching.LookAsync();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Rights may have changed, and an open connection of {User} could not look again: {Reason}")]
    private partial void LogNotLooked(string user, string reason);

    /// <summary>Something open.</summary>
    private sealed class Watching : IDisposable
    {
        private readonly AccessChanges _changes;
        private readonly long _number;
        private readonly CurrentUser _user;
        private readonly Func<CurrentUser?, Task> _lookAgain;
        private readonly ITimer _expiry;

        public Watching(AccessChanges changes, long number, CurrentUser user, Func<CurrentUser?, Task> lookAgain)
        {
            (_changes, _number, _user, _lookAgain) = (changes, number, user, lookAgain);
            _expiry = changes._clock.CreateTimer(
                static state => _ = ((Watching)state!).LookAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan); // the state is this
        }

        /// <summary>Looks when the token expires. It may live longer by then: a browser that is used stays logged in.</summary>
        public void WaitForExpiry(DateTimeOffset? expiresAt)
        {
            if (expiresAt is { } end)
            {
                Wait(end - _changes._clock.GetUtcNow());
            }
        }

        public async Task LookAsync()
        {
            try
            {
                var known = await _changes._tokens.FindAsync(_user.Token.Id, CancellationToken.None);
                WaitForExpiry(known?.Token.ExpiresAt);
                await _lookAgain(known is null ? null : _user with { User = known.User, Token = known.Token });
            }
            catch (Exception failed) when (failed is Npgsql.NpgsqlException or ObjectDisposedException)
            {
                _changes.LogNotLooked(_user.Id.Value, failed.Message);
                Wait(s_lookAgain);
            }
        }

        public void Dispose()
        {
            _changes._open.TryRemove(_number, out _);
            _expiry.Dispose();
        }

        private void Wait(TimeSpan time) =>
            _expiry.Change(time < s_soonest ? s_soonest : time > s_lookAtMost ? s_lookAtMost : time, Timeout.InfiniteTimeSpan);
    }
}
