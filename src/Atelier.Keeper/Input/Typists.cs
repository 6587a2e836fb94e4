using Atelier.Keeper.Socket;

namespace Atelier.Keeper.Input;

/// <summary>All clients that have typed in this epoch.</summary>
internal sealed class Typists
{
    // Names come and go with tabs; the longest silent ones are forgotten first, and could only repeat themselves by typing again much later.
    private const int MaxAbsent = 4096;

    private readonly Dictionary<string, Typist> _byName = [];
    private readonly List<Typist> _absent = [];

    /// <summary>Gives a name to a connection; who had it loses it.</summary>
    public Typist Enter(string name, Connection connection, long now)
    {
        if (!_byName.TryGetValue(name, out var typist))
        {
            typist = new Typist(name);
            _byName.Add(name, typist);
        }

        if (typist.Connection is { } older)
        {
            older.Refuse($"A newer connection types as {name}.", now);
        }
        else
        {
            _absent.Remove(typist);
        }

        typist.Connection = connection;
        typist.Parts.Clear();
        return typist;
    }

    public void Leave(Typist typist, Connection connection)
    {
        if (typist.Connection != connection)
        {
            return;
        }

        typist.Connection = null;
        typist.Parts.Clear();
        _absent.Add(typist);
        if (_absent.Count > MaxAbsent)
        {
            _byName.Remove(_absent[0].Name);
            _absent.RemoveAt(0);
        }
    }
}
