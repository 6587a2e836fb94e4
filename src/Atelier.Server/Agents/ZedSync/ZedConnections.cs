namespace Atelier.Server.Agents.ZedSync;

/// <summary>The connections of this node, one per session: a newer one takes the place of the older.</summary>
internal sealed class ZedConnections
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ZedConnection> _connections = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when any connection comes or goes; ask for it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    public ZedConnection? Find(string session)
    {
        lock (_gate)
        {
            return _connections.GetValueOrDefault(session);
        }
    }

    /// <summary>Takes a connection in; gives the one it replaces.</summary>
    public ZedConnection? Add(ZedConnection connection)
    {
        ZedConnection? before;
        TaskCompletionSource changed;
        lock (_gate)
        {
            before = _connections.GetValueOrDefault(connection.Session);
            _connections[connection.Session] = connection;
            changed = Announce();
        }

        changed.TrySetResult();
        return before;
    }

    /// <summary>Forgets a connection, unless another has replaced it.</summary>
    public void Remove(ZedConnection connection)
    {
        TaskCompletionSource? changed = null;
        lock (_gate)
        {
            if (ReferenceEquals(_connections.GetValueOrDefault(connection.Session), connection))
            {
                _connections.Remove(connection.Session);
                changed = Announce();
            }
        }

        changed?.TrySetResult();
    }

    private TaskCompletionSource Announce()
    {
        var before = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return before;
    }
}
