namespace Atelier.Terminal.Cells;

/// <summary>Where a link leads (OSC 8).</summary>
/// <param name="Id">The program's name for it, which joins parts of one link; empty for none.</param>
/// <param name="Uri">Its address, as the program gave it.</param>
public sealed record Link(string Id, string Uri);

/// <summary>The links on a screen, by number from 1. Bounded; when it is full of links in use, new ones are plain text.</summary>
internal sealed class LinkTable(Func<ReadOnlySpan<bool>> findUsed)
{
    public const int MaximumUriLength = 2048;
    public const int MaximumIdLength = 256;

    private const int MaximumUnits = 40 * 1024;

    // What a link costs beside its text, in units.
    private const int Overhead = 40;

    private readonly List<Link?> _links = [null];
    private readonly Dictionary<Link, int> _numbers = [];
    private int _units;
    private int _refused;

    public Link? this[int number] => _links[number];

    public int Capacity => _links.Count;

    public int MemoryBytes => (_numbers.Count * 120) + (_units * 2);

    /// <summary>The number of a link, or 0 when it is too long or there is no room.</summary>
    public int NumberOf(Link link)
    {
        if (link.Uri.Length > MaximumUriLength || link.Id.Length > MaximumIdLength)
        {
            return 0;
        }

        if (_numbers.TryGetValue(link, out var known))
        {
            return known;
        }

        if (!HasRoomFor(link))
        {
            // Sweeping in vain is not repeated for every new one.
            if (_refused++ % 256 == 0)
            {
                Sweep();
            }

            if (!HasRoomFor(link))
            {
                return 0;
            }

            _refused = 0;
        }

        var number = _links.IndexOf(null, 1);
        if (number < 0)
        {
            number = _links.Count;
            _links.Add(link);
        }
        else
        {
            _links[number] = link;
        }

        _numbers.Add(link, number);
        _units += link.Uri.Length + link.Id.Length;
        return number;
    }

    private bool HasRoomFor(Link link) =>
        _units + link.Uri.Length + link.Id.Length + ((_numbers.Count + 1) * Overhead) <= MaximumUnits;

    private void Sweep()
    {
        var used = findUsed();
        for (var number = 1; number < _links.Count; number++)
        {
            if (_links[number] is { } link && !used[number])
            {
                _numbers.Remove(link);
                _units -= link.Uri.Length + link.Id.Length;
                _links[number] = null;
            }
        }
    }
}
