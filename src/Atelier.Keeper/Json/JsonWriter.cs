using System.Globalization;
using System.Text;

namespace Atelier.Keeper.Json;

/// <summary>Writes one JSON object, member by member; a member without a value is left out.</summary>
internal sealed class JsonWriter
{
    private readonly StringBuilder _text = new("{");

    public JsonWriter Add(string name, long? number) =>
        number is { } value ? AddRaw(name, value.ToString(CultureInfo.InvariantCulture)) : this;

    public JsonWriter Add(string name, bool value) => AddRaw(name, value ? "true" : "false");

    public JsonWriter Add(string name, string? text) => text is null ? this : AddRaw(name, Quoted(text));

    public JsonWriter Add(string name, JsonWriter? value) => value is null ? this : AddRaw(name, value.Text);

    public JsonWriter AddTexts(string name, IReadOnlyList<string> texts)
    {
        var list = new StringBuilder("[");
        foreach (var text in texts)
        {
            list.Append(list.Length > 1 ? "," : "").Append(Quoted(text));
        }

        return AddRaw(name, list.Append(']').ToString());
    }

    public byte[] Utf8() => Encoding.UTF8.GetBytes(Text);

    private string Text => _text.ToString() + "}";

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                < ' ' => quoted.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(unit),
            };
        }

        return quoted.Append('"').ToString();
    }

    private JsonWriter AddRaw(string name, string json)
    {
        _text.Append(_text.Length > 1 ? "," : "").Append('"').Append(name).Append("\":").Append(json);
        return this;
    }
}
