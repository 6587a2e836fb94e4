using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Editors;

/// <summary>Places for connections on which nobody is logged in yet; there are few, so that strangers cannot keep everybody out or the memory full.</summary>
internal sealed class EditorLogins(IOptions<EditorOptions> options)
{
    private int _taken;

    /// <summary>A place, until it is disposed; null when all are taken.</summary>
    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= options.Value.MaxConnectionsBeforeLogin)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _taken);
        return null;
    }

    private sealed class Place(EditorLogins logins) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Interlocked.Decrement(ref logins._taken);
            }
        }
    }
}
