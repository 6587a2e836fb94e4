using System.Globalization;

namespace Atelier.Keeper.Json;

/// <summary>Members of a JSON object by name, each of the kind that is asked for. Members nobody asks for are passed over (KL1).</summary>
/// <param name="members">What was read.</param>
internal sealed class JsonObject(Dictionary<string, object?> members)
{
    /// <exception cref="FormatException">It is no object.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> utf8) =>
        JsonText.Parse(utf8) is Dictionary<string, object?> members ? new JsonObject(members) : throw new FormatException("it is no object");

    public bool Has(string name) => members.TryGetValue(name, out var value) && value is not null;

    public string Text(string name) => TextOrNull(name) ?? throw Missing(name);

    public string? TextOrNull(string name) => Value(name) switch
    {
        null => null,
        string text => text,
        _ => throw Missing(name),
    };

    public long Number(string name, long otherwise) => NumberOrNull(name) ?? otherwise;

    public long? NumberOrNull(string name) => Value(name) switch
    {
        null => null,
        double number when number == Math.Floor(number) && Math.Abs(number) <= 1L << 53 => (long)number,
        _ => throw Missing(name),
    };

    /// <summary>A number that has to be there, small enough for an int.</summary>
    public int Int(string name) =>
        NumberOrNull(name) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : throw Missing(name);

    public IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var value in Value(name) as List<object?> ?? throw Missing(name))
        {
            texts.Add(value as string ?? throw Missing(name));
        }

        return texts;
    }

    public IReadOnlyDictionary<string, string> TextMap(string name)
    {
        var texts = new Dictionary<string, string>();
        foreach (var (key, value) in Value(name) as Dictionary<string, object?> ?? throw Missing(name))
        {
            texts[key] = value as string ?? throw Missing(name);
        }

        return texts;
    }

    private static FormatException Missing(string name) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{name}\" is missing or not of its kind"));

    private object? Value(string name) => members.TryGetValue(name, out var value) ? value : null;
}
