using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Atelier.DemoAgent.Conversations;

/// <summary>Conversations on disk: a file each, a JSON line for each thing that happened.</summary>
/// <remarks>
/// A line is with the operating system before anybody is told of what it says, so <c>kill -9</c> loses nothing that was told.
/// A line that a full disk or a power cut left unfinished is passed over.
/// <code>
/// {"kind":"opened","directory":"/work/sample","at":"2026-11-28T08:00:00+00:00"}
/// {"kind":"said","update":{"sessionUpdate":"plan","entries":[…]},"at":"2026-11-28T08:00:01+00:00"}
/// </code>
/// </remarks>
internal sealed partial class ConversationStore(string folder)
{
    private const UnixFileMode OwnOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Whether conversations outlive this process: a sandbox may forbid it to write.</summary>
    public bool IsWritable()
    {
        try
        {
            Directory.CreateDirectory(folder, OwnOnly);
            var trial = Path.Combine(folder, $".trial-{Environment.ProcessId}");
            File.WriteAllBytes(trial, []);
            File.Delete(trial);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Opens a file to add to.</summary>
    public FileStream Append(string id)
    {
        var file = new FileStream(PathOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        return file;
    }

    /// <summary>All that happened in a conversation, in order; null when there is none of that id.</summary>
    public ImmutableArray<ConversationRecord>? Read(string id) =>
        Fit().IsMatch(id) && File.Exists(PathOf(id)) ? [.. File.ReadLines(PathOf(id)).Select(ReadLine).OfType<ConversationRecord>()] : null;

    /// <summary>Every conversation, the latest first.</summary>
    public IReadOnlyList<Conversation> List() => !Directory.Exists(folder)
        ? []
        :
        [
            .. Directory.EnumerateFiles(folder, "*.jsonl")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Select(id => Fold(id, Read(id) ?? []))
                .OfType<Conversation>()
                .OrderByDescending(conversation => conversation.UpdatedAt),
        ];

    /// <summary>What records add up to; null when they do not begin with where it works.</summary>
    public static Conversation? Fold(string id, IReadOnlyList<ConversationRecord> records) =>
        records is [ConversationRecord.Opened opened, ..]
            ? records.Aggregate(new Conversation(id, opened.Directory, opened.At), (conversation, record) => conversation.After(record))
            : null;

    private static ConversationRecord? ReadLine(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ConversationJson.Default.ConversationRecord);
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            return null;   // cut off, or of a newer build
        }
    }

    private string PathOf(string id) => Path.Combine(folder, $"{id}.jsonl");

    [GeneratedRegex(@"^[a-z0-9-]{1,80}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fit();
}
