using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Scripts;

namespace Atelier.FakeModelServer.Replies;

/// <summary>Says a wish of a script with the tools that the program at hand offers.</summary>
internal static class ToolChoice
{
    private static readonly string[] s_shells =
        ["bash", "Bash", "run_shell_command", "exec_command", "shell_command", "shell", "local_shell", "run"];

    private static readonly string[] s_writers = ["write", "Write", "write_file", "create_file", "write_text_file"];

    public static (string Tool, JsonObject Arguments) For(ScriptStep step, IReadOnlyList<ModelTool> offered) => step switch
    {
        ScriptStep.Call call => (call.Tool, call.Arguments.DeepClone().AsObject()),
        ScriptStep.BrokenCall broken => (broken.Tool, []),
        ScriptStep.Run run => Fill(Offered(s_shells, offered, "a shell command"), property => property switch
        {
            "command" or "cmd" or "script" => run.Command,
            _ => null,
        }),
        ScriptStep.Write write => Fill(Offered(s_writers, offered, "writing a file"), property => property switch
        {
            "path" or "file_path" or "filePath" or "absolute_path" => write.Path,
            "content" or "text" or "contents" => write.Text,
            _ => null,
        }),
        _ => throw new ArgumentException("Only tool calls choose a tool.", nameof(step)),
    };

    private static ModelTool Offered(string[] names, IReadOnlyList<ModelTool> offered, string purpose) =>
        names.Select(name => offered.FirstOrDefault(tool => tool.Name == name)).FirstOrDefault(tool => tool is not null)
        ?? throw new FormatException(
            $"The program offers no known tool for {purpose}; it offers {string.Join(", ", offered.Select(tool => tool.Name))}.");

    private static (string Tool, JsonObject Arguments) Fill(ModelTool tool, Func<string, string?> value)
    {
        var properties = tool.Schema["properties"]?.AsObject() ?? [];
        var required = tool.Schema["required"]?.AsArray().Select(name => (string?)name).ToHashSet() ?? [];
        var arguments = new JsonObject();
        foreach (var (name, schema) in properties)
        {
            if (value(name) is { } text)
            {
                arguments[name] = TypeOf(schema) == "array" ? new JsonArray("bash", "-lc", text) : text;
            }
            else if (required.Contains(name))
            {
                arguments[name] = SchemaAnswer.For(schema);
            }
        }

        return (tool.Name, arguments);
    }

    private static string? TypeOf(JsonNode? schema) =>
        schema?["type"] is JsonValue type && type.TryGetValue<string>(out var name) ? name.ToLowerInvariant() : null;
}
