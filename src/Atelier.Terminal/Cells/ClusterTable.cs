namespace Atelier.Terminal.Cells;

/// <summary>The characters with combining marks on a screen, each once, by number.</summary>
/// <remarks>Bounded in count and in marks per character; marks past a bound are dropped, the character stays.</remarks>
internal sealed class ClusterTable(Func<ReadOnlySpan<bool>> findUsed)
{
    /// <summary>Most UTF-16 units of one cell; the longest emoji sequences in use have about 20.</summary>
    public const int MaximumLength = 32;

    private const int MaximumUnits = 32 * 1024;

    // What a cluster costs beside its text, in units.
    private const int Overhead = 24;

    private readonly List<string?> _clusters = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Stack<int> _free = [];
    private int _units;
    private int _refused;

    public string this[int number] => _clusters[number]!;

    public int Capacity => _clusters.Count;

    public int MemoryBytes => (_clusters.Count * 100) + (_units * 2);

    /// <summary>The number of a cluster, or -1 when there is no room for it.</summary>
    public int NumberOf(string cluster)
    {
        if (cluster.Length > MaximumLength)
        {
            return -1;
        }

        if (_numbers.TryGetValue(cluster, out var known))
        {
            return known;
        }

        if (!HasRoomFor(cluster))
        {
            // Sweeping in vain is not repeated for every new one.
            if (_refused++ % 256 == 0)
            {
                Sweep();
            }

            if (!HasRoomFor(cluster))
            {
                return -1;
            }

            _refused = 0;
        }

        if (_free.TryPop(out var number))
        {
            _clusters[number] = cluster;
        }
        else
        {
            number = _clusters.Count;
            _clusters.Add(cluster);
        }

        _numbers.Add(cluster, number);
        _units += cluster.Length;
        return number;
    }

    private bool HasRoomFor(string cluster) => _units + cluster.Length + ((_numbers.Count + 1) * Overhead) <= MaximumUnits;

    private void Sweep()
    {
        var used = findUsed();
        for (var number = 0; number < _clusters.Count; number++)
        {
            if (_clusters[number] is { } cluster && !used[number])
            {
                _numbers.Remove(cluster);
                _units -= cluster.Length;
                _clusters[number] = null;
                _free.Push(number);
            }
        }
    }
}
