using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Client.AgentConsole;

/// <summary>A file of agent-console that cannot be read, and where a copy of it was put.</summary>
/// <param name="File">The file; it is left as it is.</param>
/// <param name="Problem">What is wrong, and where.</param>
/// <param name="Copy">Its copy in quarantine.</param>
public sealed record UnreadableFile(string File, string Problem, string Copy);

/// <summary>An agent-console folder cannot be imported; nothing was changed in it.</summary>
/// <param name="files">The files that cannot be read.</param>
public sealed class AgentConsoleException(IReadOnlyList<UnreadableFile> files) : Exception(
    string.Join('\n', files.Select(file => $"{file.File} cannot be read: {file.Problem}. A copy is at {file.Copy}.")))
{
    /// <summary>The files that cannot be read.</summary>
    public IReadOnlyList<UnreadableFile> Files { get; } = files;
}

/// <summary>An agent-console folder (<c>~/.agent-console</c>): sessions.json, repositories.json, agents.json.</summary>
/// <param name="path">The folder.</param>
public sealed class AgentConsoleFolder(string path)
{
    // A field that is there twice says two things; which one was meant nobody knows.
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false };
    private static readonly string[] s_files = ["repositories.json", "agents.json", "sessions.json"];

    /// <summary>Whether there is anything to import.</summary>
    public bool Exists => s_files.Any(file => File.Exists(Path.Combine(path, file)));

    /// <summary>Reads everything, or nothing.</summary>
    /// <param name="quarantine">Where unreadable files are copied; made when it is needed.</param>
    /// <exception cref="AgentConsoleException">A file is corrupt or half-written.</exception>
    public AgentConsoleContents Read(string quarantine)
    {
        var unreadable = new List<UnreadableFile>();
        var repositories = Records("repositories.json", AgentConsoleRecords.Repository, item => item.Id);
        var agents = Records("agents.json", AgentConsoleRecords.Agent, item => item.Id);
        var sessions = Records("sessions.json", AgentConsoleRecords.Session, item => item.Id);
        return unreadable.Count == 0
            ? new AgentConsoleContents(repositories, agents, sessions)
            : throw new AgentConsoleException(unreadable);

        IReadOnlyList<T> Records<T>(string name, Func<JsonObject, T> read, Func<T, string> id)
        {
            var file = Path.Combine(path, name);
            try
            {
                return File.Exists(file) ? Parse(File.ReadAllBytes(file), read, id) : [];
            }
            catch (Exception problem) when (problem is JsonException or FormatException)
            {
                unreadable.Add(new UnreadableFile(file, problem.Message.TrimEnd('.'), Copy(file, quarantine)));
                return [];
            }
        }
    }

    private static List<T> Parse<T>(byte[] json, Func<JsonObject, T> read, Func<T, string> id)
    {
        var list = JsonNode.Parse(json, nodeOptions: null, s_strict) as JsonArray ?? throw new FormatException("it is not a list of records");
        var records = new List<T>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (at, item) in list.Index())
        {
            try
            {
                var record = read(item as JsonObject ?? throw new FormatException("it is not a record"));
                records.Add(ids.Add(id(record)) ? record : throw new FormatException($"its id {id(record)} is there twice"));
            }
            catch (FormatException problem)
            {
                throw new FormatException($"record {at + 1}: {problem.Message}", problem);
            }
        }

        return records;
    }

    private static string Copy(string file, string quarantine)
    {
        Directory.CreateDirectory(quarantine);
        var copy = Path.Combine(quarantine, Path.GetFileName(file));
        for (var number = 2; File.Exists(copy); number++)
        {
            copy = Path.Combine(quarantine, $"{Path.GetFileName(file)}.{number}");
        }

        File.Copy(file, copy);
        return copy;
    }
}
