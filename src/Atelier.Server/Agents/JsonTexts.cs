using System.Text.Json;

namespace Atelier.Server.Agents;

internal static class JsonTexts
{
    /// <summary>The text of a JSON string; null for anything else. Half a character, which JSON can write and .NET cannot read, stays as it is written.</summary>
    public static string? Text(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText().Trim('"');
        }
    }
}
