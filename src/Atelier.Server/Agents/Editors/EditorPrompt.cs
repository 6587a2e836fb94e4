using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents.Editors;

/// <summary>What an editor asks, as a turn keeps it; pure.</summary>
/// <param name="Text">All words of it.</param>
/// <param name="Content">Its content blocks, as JSON.</param>
/// <param name="Images">Images in it.</param>
internal sealed record EditorPrompt(string Text, string Content, IReadOnlyList<PromptImage> Images)
{
    public bool HasImages => Images.Count > 0;

    /// <summary>Reads content blocks.</summary>
    /// <param name="blocks">What the editor sent.</param>
    /// <param name="maxBlocks">So many at most.</param>
    /// <param name="takesResources">Whether the program takes contents of files as such; else they become text.</param>
    /// <param name="wrong">What is wrong with it, in words; null when nothing is.</param>
    /// <returns>The prompt; null when something is wrong.</returns>
    public static EditorPrompt? Read(JsonElement blocks, int maxBlocks, bool takesResources, out string? wrong)
    {
        wrong = blocks.ValueKind != JsonValueKind.Array ? "prompt is a list of content blocks."
            : blocks.GetArrayLength() > maxBlocks ? $"A prompt has at most {maxBlocks} blocks."
            : null;
        if (wrong is not null)
        {
            return null;
        }

        var content = new JsonArray();
        var words = new List<string>();
        var names = new List<string>();
        var images = new List<PromptImage>();
        foreach (var block in blocks.EnumerateArray())
        {
            switch (block.Member("type")?.Text())
            {
                case "text" when block.Member("text")?.Text() is { } text:
                    words.Add(text);
                    content.Add(TextBlock(text));
                    break;
                case "image" when block.Member("data")?.Text() is { } data && block.Member("mimeType")?.Text() is { } type && type.StartsWith("image/", StringComparison.Ordinal):
                    images.Add(new PromptImage(type, data));
                    names.Add("an image");
                    content.Add(new JsonObject { ["type"] = "image", ["mimeType"] = type, ["data"] = data });
                    break;
                case "resource_link" when block.Member("uri")?.Text() is { } uri:
                    var name = block.Member("name")?.Text() ?? uri;
                    names.Add(name);
                    content.Add(new JsonObject { ["type"] = "resource_link", ["name"] = name, ["uri"] = uri });
                    break;
                case "resource" when block.Member("resource") is { } resource && resource.Member("uri")?.Text() is { } uri && resource.Member("text")?.Text() is { } text:
                    names.Add(uri);
                    content.Add(takesResources ? JsonNode.Parse(block.Json()) : TextBlock($"{uri}:\n\n{text}"));
                    words.Add(takesResources ? "" : text);
                    break;
                case "audio":
                    wrong = "Prompts with sound are not taken.";
                    return null;
                default:
                    wrong = "A block of the prompt is none that is taken: text, image, resource_link, or resource with text.";
                    return null;
            }
        }

        var said = string.Join('\n', words.Where(text => text.Length > 0));
        return new EditorPrompt(said.Trim().Length > 0 ? said : string.Join(", ", names), content.ToJsonString(), images);
    }

    private static JsonObject TextBlock(string text) => new() { ["type"] = "text", ["text"] = text };
}
