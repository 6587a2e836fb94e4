using System.Security.Cryptography;
using System.Text.Json;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Texts that programs know, by hash, and writes that were done, by request: files, so that both outlive this process.</summary>
/// <remarks>Whoever says a hash again after the text was forgotten is told to read again; who asks again for a write after that long does not exist.</remarks>
internal sealed class AgentTextMemory(DataFolder data, TimeProvider time)
{
    /// <summary>What was not used for so long is forgotten.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    private static readonly TimeSpan s_betweenCleanings = TimeSpan.FromHours(1);
    private readonly string _texts = Path.Combine(data.AgentTexts, "texts");
    private readonly string _done = Path.Combine(data.AgentTexts, "done");
    private DateTimeOffset _cleanedAt = DateTimeOffset.MinValue;

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Keeps a text; gives its hash.</summary>
    public async Task<string> RememberAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var hash = HashOf(bytes);
        await WriteAsync(Path.Combine(_texts, hash), bytes, cancellationToken);
        ForgetOld();
        return hash;
    }

    /// <summary>A text that was kept; null when it was forgotten, or never kept.</summary>
    public byte[]? Recall(string hash)
    {
        var file = Path.Combine(_texts, hash);
        return DataFolderNames.IsFit(hash) && File.Exists(file) && File.ReadAllBytes(file) is var bytes && HashOf(bytes) == hash ? bytes : null;
    }

    /// <summary>What a write came to that was done; null when it was not.</summary>
    /// <param name="requestId">What asked for it.</param>
    /// <param name="current">What stands in the file; null when there is none. A write that was only intended is done if the file is as it would be.</param>
    public WriteTextReply? Done(string requestId, byte[]? current)
    {
        DataFolderNames.ThrowIfUnfit(requestId);
        return Read(Path.Combine(_done, requestId))
            ?? (current is null ? null : Read(Path.Combine(_done, $"{requestId}.{HashOf(current)}")));
    }

    /// <summary>A write is about to be done, and leaves the file with this content.</summary>
    public Task IntendAsync(string requestId, WriteTextReply reply, byte[] content, CancellationToken cancellationToken) =>
        WriteAsync(Path.Combine(_done, $"{requestId}.{HashOf(content)}"), Json(reply), cancellationToken);

    /// <summary>A write was done.</summary>
    public Task DoneAsync(string requestId, WriteTextReply reply, CancellationToken cancellationToken) =>
        WriteAsync(Path.Combine(_done, requestId), Json(reply), cancellationToken);

    private static byte[] Json(WriteTextReply reply) => JsonSerializer.SerializeToUtf8Bytes(reply, HostJson.Default.WriteTextReply);

    private static WriteTextReply? Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), HostJson.Default.WriteTextReply) : null;

    private async Task WriteAsync(string file, byte[] bytes, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
            return;
        }

        Directory.CreateDirectory(_texts, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_done, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var temporary = $"{file}.{Guid.NewGuid():n}";
        await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
        File.Move(temporary, file, overwrite: true);
    }

    private void ForgetOld()
    {
        var now = time.GetUtcNow();
        if (now - _cleanedAt < s_betweenCleanings)
        {
            return;
        }

        _cleanedAt = now;
        foreach (var file in new DirectoryInfo(data.AgentTexts).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (now.UtcDateTime - file.LastWriteTimeUtc > KeptFor)
            {
                file.Delete();
            }
        }
    }
}
