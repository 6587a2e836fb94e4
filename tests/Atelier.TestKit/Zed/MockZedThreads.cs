using System.Globalization;

namespace Atelier.TestKit.Zed;

/// <summary>A mock Zed's threads: what is kept of them, and which are loaded.</summary>
internal sealed class MockZedThreads
{
    private readonly Dictionary<string, List<MockZedEntry>> _stored = [];
    private readonly HashSet<string> _loaded = [];

    public string? Last => _loaded.LastOrDefault();

    public List<MockZedEntry> this[string thread] => _stored[thread];

    public bool IsLoaded(string thread) => _loaded.Contains(thread);

    public bool IsKept(string thread) => _stored.ContainsKey(thread);

    public string New()
    {
        var id = $"thread-{Guid.NewGuid():N}"[..16];
        _stored[id] = [];
        _loaded.Add(id);
        return id;
    }

    /// <summary>Loads a thread; numbers its entries from 0 again where that is wanted.</summary>
    public void Load(string thread, bool beginsAnew)
    {
        if (beginsAnew)
        {
            _stored[thread].Clear();
        }

        _loaded.Add(thread);
    }

    public string NextId(string thread) => _stored[thread].Count.ToString(CultureInfo.InvariantCulture);

    public void Unload() => _loaded.Clear();

    public void Forget() => _stored.Clear();
}
