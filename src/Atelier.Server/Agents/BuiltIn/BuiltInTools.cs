using System.Text.Json.Nodes;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>The tools of the built-in agent, as its models are told of them.</summary>
internal static class BuiltInTools
{
    public const string Read = "read";
    public const string List = "list";
    public const string Search = "search";
    public const string Edit = "edit";
    public const string Write = "write";
    public const string Run = "run";
    public const string Ask = "ask";
    public const string Notes = "notes";
    public const string OtherThreads = "other_threads";

    public static IReadOnlyList<ModelTool> All { get; } =
    [
        Tool(
            Read,
            "Reads a text file. Give line and limit to read a part of a long one.",
            ["path"],
            ("path", Text("The file, from the worktree's root, or absolute.")),
            ("line", Number("First line, from 1.")),
            ("limit", Number("Lines at most."))),
        Tool(
            List,
            "Lists a folder. With deep, lists all files in it and below that git does not ignore.",
            [],
            ("path", Text("The folder; the worktree's root when absent.")),
            ("deep", Flag("Whether to look into the folders in it."))),
        Tool(
            Search,
            "Searches the files that git does not ignore for lines that match a regular expression.",
            ["pattern"],
            ("pattern", Text("An extended regular expression.")),
            ("path", Text("The folder or file to search; everything when absent.")),
            ("glob", Text("Which files, as in *.cs.")),
            ("ignore_case", Flag("Whether upper and lower case are the same."))),
        Tool(
            Edit,
            "Replaces a text in a file by another. The old text must stand there exactly, and once unless all are to be replaced.",
            ["path", "old_text", "new_text"],
            ("path", Text("The file.")),
            ("old_text", Text("What stands there now, to the letter, with enough around it to be there only once.")),
            ("new_text", Text("What is to stand there.")),
            ("replace_all", Flag("Whether to replace it wherever it stands."))),
        Tool(
            Write,
            "Writes a whole file: a new one, or one that you have read.",
            ["path", "content"],
            ("path", Text("The file.")),
            ("content", Text("All of its text."))),
        Tool(
            Run,
            "Runs a shell command in the worktree and gives what it printed. It has no input. What it leaves running is ended.",
            ["command"],
            ("command", Text("The command line, for sh.")),
            ("path", Text("The folder to run it in; the worktree's root when absent.")),
            ("timeout_seconds", Number("After how long to end it; two minutes when absent."))),
        Tool(
            Ask,
            "Asks the person something that you cannot find out, and waits for the answer.",
            ["question"],
            ("question", Text("The question.")),
            ("choices", new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" }, ["description"] = "Answers to choose from, if there are such." })),
        Tool(
            Notes,
            "Reads or adds to the notes that all threads of this task share: decisions, findings, what is left to do.",
            ["action"],
            ("action", new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("read", "append") }),
            ("text", Text("What to add."))),
        Tool(OtherThreads, "Says what the other threads of this task were asked, what they answered last and which files they changed.", []),
    ];

    /// <summary>Whether a tool changes something, or asks somebody: such a call waits for all before it, and those after it wait for it.</summary>
    public static bool Changes(string tool) => tool is not (Read or List or Search or OtherThreads);

    private static ModelTool Tool(string name, string description, string[] required, params (string Name, JsonObject Schema)[] properties) => new(
        name,
        description,
        new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create<string, JsonNode?>(property.Name, property.Schema))),
            ["required"] = new JsonArray([.. required.Select(one => JsonValue.Create(one))]),
        });

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject Number(string description) => new() { ["type"] = "integer", ["description"] = description };

    private static JsonObject Flag(string description) => new() { ["type"] = "boolean", ["description"] = description };
}
