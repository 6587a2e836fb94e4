using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>How one kind of endpoint is asked, and how its stream is read; pure.</summary>
internal interface IModelDialect
{
    /// <summary>The path of its method, behind the base address.</summary>
    string PathBehind(string baseUrl);

    /// <summary>Puts the key into a request.</summary>
    void Authorize(HttpRequestMessage request, string? apiKey);

    /// <summary>The body of a request.</summary>
    JsonObject Body(ModelProvider provider, ModelPrompt prompt);

    /// <summary>Takes one event of the stream over, and gives what is to be seen of it at once; null where that is nothing.</summary>
    /// <exception cref="ModelException">The endpoint says that it cannot go on.</exception>
    ModelPiece? Take(AnswerBuilder answer, JsonElement data);
}

internal static class DialectJson
{
    public static JsonElement? Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    public static string? Text(this JsonElement? value)
    {
        try
        {
            return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD"; // half a character, which JSON can write and .NET cannot read
        }
    }

    public static int? Number(this JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count) ? count : null;
}
