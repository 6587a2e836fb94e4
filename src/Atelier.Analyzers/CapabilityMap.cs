using Microsoft.CodeAnalysis.Text;

namespace Atelier.Analyzers;

/// <summary>Who may use whom, as CAPABILITIES.txt says.</summary>
/// <remarks>
/// <code>
/// # a comment
/// Hosts     -> Accounts            a capability, and those it may use
/// Accounts  ->                     one that uses none
/// </code>
/// Everybody may use Infrastructure, which has no line and uses none of them.
/// </remarks>
internal sealed class CapabilityMap
{
    public const string FileName = "CAPABILITIES.txt";
    public const string Infrastructure = "Infrastructure";
    private const string Arrow = "->";

    private readonly Dictionary<string, HashSet<string>> _uses = new(StringComparer.Ordinal);
    private readonly List<MapProblem> _problems = [];

    private CapabilityMap()
    {
    }

    /// <summary>Capabilities that have a line.</summary>
    public IEnumerable<string> Capabilities => _uses.Keys;

    /// <summary>Lines that make no sense.</summary>
    public IReadOnlyList<MapProblem> Problems => _problems;

    public static CapabilityMap Parse(SourceText text)
    {
        var map = new CapabilityMap();
        foreach (var line in text.Lines)
        {
            map.Read(line.ToString().Split('#')[0].Trim(), line);
        }

        foreach (var name in map._uses.Values.SelectMany(uses => uses).Distinct().Where(name => !map._uses.ContainsKey(name)))
        {
            map._problems.Add(new MapProblem($"'{name}' is used but has no line of its own", text.Lines[0]));
        }

        return map;
    }

    public bool Knows(string capability) => capability == Infrastructure || _uses.ContainsKey(capability);

    public bool MayUse(string user, string used) =>
        user == used || used == Infrastructure || (_uses.TryGetValue(user, out var uses) && uses.Contains(used));

    private void Read(string line, TextLine source)
    {
        if (line.Length == 0)
        {
            return;
        }

        var arrow = line.IndexOf(Arrow, StringComparison.Ordinal);
        var name = arrow < 0 ? line : line.Substring(0, arrow).Trim();
        if (arrow < 0 || !IsName(name))
        {
            _problems.Add(new MapProblem($"'{line}' is not of the form 'Capability -> Other, Other'", source));
        }
        else if (_uses.ContainsKey(name) || name == Infrastructure)
        {
            _problems.Add(new MapProblem($"'{name}' {(name == Infrastructure ? "uses none and has no line" : "has two lines")}", source));
        }
        else
        {
            _uses.Add(name, new HashSet<string>(Names(line.Substring(arrow + Arrow.Length)), StringComparer.Ordinal));
        }
    }

    private static IEnumerable<string> Names(string list) => list.Split(',').Select(name => name.Trim()).Where(name => name.Length > 0);

    private static bool IsName(string text) => text.Length > 0 && text.All(char.IsLetterOrDigit);
}

/// <summary>Something in the map that makes no sense.</summary>
internal sealed class MapProblem(string text, TextLine line)
{
    public string Text { get; } = text;

    public TextLine Line { get; } = line;
}
