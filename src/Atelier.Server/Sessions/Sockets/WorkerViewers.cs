using System.Collections.Concurrent;
using Atelier.Protocol.Browser;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Sessions.Sockets;

/// <summary>Who watches which worker through this node, and whose size a terminal has.</summary>
internal sealed class WorkerViewers
{
    private readonly ConcurrentDictionary<WorkerId, Room> _rooms = new();

    /// <summary>Lets a socket in; the one of the same client that it replaces is closed. False when there are too many.</summary>
    public bool TryEnter(WorkerRelay relay, int most)
    {
        var room = _rooms.GetOrAdd(relay.WorkerId, _ => new Room());
        WorkerRelay? replaced;
        lock (room)
        {
            replaced = room.Relays.Find(other => other.Client == relay.Client);
            if (replaced is null && room.Relays.Count >= most)
            {
                return false;
            }

            room.Relays.RemoveAll(other => other == replaced);
            room.Relays.Add(relay);
        }

        replaced?.Close(WorkerSocketCloseCodes.Replaced, "the same client connected again");
        Announce(room);
        return true;
    }

    public void Leave(WorkerRelay relay)
    {
        if (!_rooms.TryGetValue(relay.WorkerId, out var room))
        {
            return;
        }

        lock (room)
        {
            room.Relays.Remove(relay);
            room.LastTypist = room.LastTypist == relay ? null : room.LastTypist;
        }

        Announce(room);
    }

    /// <summary>A viewer has another size; says whether the terminal is to have it (rule WS8).</summary>
    public bool Resized(WorkerRelay relay)
    {
        var room = _rooms.GetOrAdd(relay.WorkerId, _ => new Room());
        bool applies;
        lock (room)
        {
            applies = room.LastTypist is null || room.LastTypist == relay || room.Relays.Count == 1;
        }

        Announce(room);
        return applies;
    }

    /// <summary>A viewer typed; says whether the terminal is to take their size now.</summary>
    public bool Typed(WorkerRelay relay)
    {
        var room = _rooms.GetOrAdd(relay.WorkerId, _ => new Room());
        lock (room)
        {
            var isOther = room.LastTypist != relay && room.Relays.Count > 1;
            room.LastTypist = relay;
            return isOther && relay.Size is not null;
        }
    }

    private static void Announce(Room room)
    {
        WorkerRelay[] relays;
        lock (room)
        {
            relays = [.. room.Relays];
        }

        var viewers = relays.Select(relay => new ViewerFacts(
            relay.ClientName, relay.UserId, relay.UserName, relay.Size?.Cols ?? 0, relay.Size?.Rows ?? 0)).ToArray();
        foreach (var relay in relays)
        {
            relay.TellViewers(viewers);
        }
    }

    private sealed class Room
    {
        public List<WorkerRelay> Relays { get; } = [];

        public WorkerRelay? LastTypist { get; set; }
    }
}
