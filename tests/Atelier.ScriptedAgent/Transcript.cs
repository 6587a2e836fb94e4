using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Atelier.AgentScripts;

/// <summary>Writes down what the program heard before it acts on it, and what it says before it says it.</summary>
/// <remarks>
/// Each line is with the operating system when <see cref="Add"/> returns, so <c>kill -9</c> loses none. The last message of a
/// killed run may stand here as sent and never have left.
/// </remarks>
internal sealed class Transcript : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Lock _turn = new();
    private readonly FileStream _file;
    private int _last;

    private Transcript(FileStream file, int run)
    {
        _file = file;
        Run = run;
    }

    /// <summary>Which start of the program this is, from 1.</summary>
    public int Run { get; }

    /// <summary>A file of its own for this start: two that live at once do not write into each other's lines.</summary>
    public static Transcript Begin(AgentFolder folder)
    {
        for (var run = 1; ; run++)
        {
            var path = Path.Combine(folder.Runs, $"{run}.jsonl");
            if (File.Exists(path))
            {
                continue;
            }

            try
            {
                return new Transcript(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), run);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another one started at the same moment.
            }
        }
    }

    public void Add(string what, JsonObject? message = null, string? detail = null)
    {
        lock (_turn)
        {
            var entry = new TranscriptEntry(++_last, Run, Environment.ProcessId, what, message, detail);
            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, s_json), (byte)'\n']);
        }
    }

    public void Dispose() => _file.Dispose();
}
