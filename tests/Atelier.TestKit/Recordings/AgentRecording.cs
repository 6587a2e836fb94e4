using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.TestKit.Recordings;

/// <summary>A stretch of a recording and what the program did in it: idle, active, asking, or starting, which is not judged.</summary>
public sealed record LabelledInterval(string State, double From, double To);

/// <summary>Something that happened in a recording, at so many seconds from its begin.</summary>
public abstract record RecordedEvent(double At)
{
    /// <summary>Bytes that the program wrote.</summary>
    public sealed record Output(double At, string Data) : RecordedEvent(At);

    /// <summary>Bytes that went to the program: a person's, or the terminal's answers.</summary>
    public sealed record Input(double At, string Data) : RecordedEvent(At);

    /// <summary>The terminal got another size.</summary>
    public sealed record Resize(double At, int Columns, int Rows) : RecordedEvent(At);
}

/// <summary>A labelled recording of an agent program in a terminal; the formats are in <c>tests/recordings/README.md</c>.</summary>
public sealed class AgentRecording
{
    private readonly string _path;

    private AgentRecording(string labels)
    {
        _path = labels[..^".labels.json".Length];
        var document = JsonNode.Parse(File.ReadAllText(labels))!;
        Program = (string)document["program"]!;
        Version = (string)document["version"]!;
        Scenario = (string)document["scenario"]!;
        Intervals =
        [
            .. document["intervals"]!.AsArray().Select(interval => new LabelledInterval(
                (string)interval!["state"]!, (double)interval["from"]!, (double)interval["to"]!)),
        ];
    }

    public string Program { get; }

    public string Version { get; }

    public string Scenario { get; }

    public ImmutableArray<LabelledInterval> Intervals { get; }

    public double Seconds => Intervals[^1].To;

    /// <summary>The recordings in the repository.</summary>
    public static IReadOnlyList<AgentRecording> Kept { get; } = In(Path.Combine(RecordingsFolder(), "agents"));

    /// <summary>Recordings made on this machine that may not be passed on; often none.</summary>
    public static IReadOnlyList<AgentRecording> Private { get; } = In(
        Environment.GetEnvironmentVariable("ATELIER_RECORDINGS") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "atelier-recordings"));

    /// <summary>The terminal's size at the begin.</summary>
    public (int Columns, int Rows) Size => Lines(_path + ".cast.gz").Select(header =>
        ((int)header["width"]!, (int)header["height"]!)).First();

    /// <summary>What came, what went and how the terminal was resized, in order.</summary>
    public IEnumerable<RecordedEvent> Events() => Lines(_path + ".cast.gz").Skip(1).Select(line =>
    {
        var (at, data) = ((double)line[0]!, (string)line[2]!);
        return (string)line[1]! switch
        {
            "o" => new RecordedEvent.Output(at, data),
            "i" => new RecordedEvent.Input(at, data),
            _ => (RecordedEvent)new RecordedEvent.Resize(at, int.Parse(data.Split('x')[0]), int.Parse(data.Split('x')[1])),
        };
    });

    public override string ToString() => $"{Program} {Scenario}";

    private static IReadOnlyList<AgentRecording> In(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*.labels.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new AgentRecording(path))]
        : [];

    private static string RecordingsFolder()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, "tests", "recordings")))
            {
                return Path.Combine(folder, "tests", "recordings");
            }
        }

        throw new DirectoryNotFoundException($"No tests/recordings above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<JsonNode> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        while (reader.ReadLine() is { } line)
        {
            yield return JsonNode.Parse(line) ?? throw new JsonException($"{path} holds an empty line.");
        }
    }
}
