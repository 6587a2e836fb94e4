using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Server.Backups;

/// <summary>A file is no backup, not whole, or of a newer form. Its message is for a person.</summary>
internal sealed class BackupUnusableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The form of a backup: a tar file, compressed by gzip.</summary>
/// <remarks>
/// <code>
/// manifest.json               first
/// tables/users/00000001       rows as COPY writes them as text, in pieces
/// data/token                  files of the data folder
/// data/workers/wrk_…/output/00000000000000000000.log
/// end.json                    last
/// </code>
/// </remarks>
internal static class BackupFile
{
    public const string Manifest = "manifest.json";
    public const string End = "end.json";
    public const string Tables = "tables/";
    public const string Data = "data/";

    /// <summary>Reads a backup from its beginning to its end; what is wrong with it shows on the way.</summary>
    /// <param name="file">The file.</param>
    /// <param name="begin">Told the manifest, before anything else.</param>
    /// <param name="take">Told each entry in its order, and what it holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupUnusableException">It cannot be read, or not to its end.</exception>
    public static async Task ReadAsync(
        string file, Func<BackupManifest, Task> begin, Func<TarEntry, Stream, Task> take, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            await using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
            await using var tar = new TarReader(unzipped);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var entries = 0; await NextAsync(tar, cancellationToken) is { } entry; entries++)
            {
                if (entry.Name == End)
                {
                    var end = await JsonAsync(entry.DataStream, BackupJson.Default.BackupEnd, cancellationToken);
                    if (end != new BackupEnd(entries, Convert.ToHexStringLower(hash.GetHashAndReset())))
                    {
                        throw Damaged(file, "it does not hold what its checksum says");
                    }

                    return;
                }

                hash.AppendData(Describe(entry));
                await using var content = new HashedStart(entry.DataStream ?? Stream.Null, entry.Length, hash);
                if (entries == 0)
                {
                    await begin(await ManifestAsync(entry, content, file, cancellationToken));
                }
                else
                {
                    await take(entry, content);
                }

                await content.CopyToAsync(Stream.Null, cancellationToken); // what nobody wanted counts too
            }

            throw Damaged(file, "its end is missing");
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or EndOfStreamException or FormatException or JsonException or ArgumentException)
        {
            throw Damaged(file, unreadable.Message.TrimEnd('.'), unreadable);
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new BackupUnusableException($"{file} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>What an entry is, for the checksum.</summary>
    public static byte[] Describe(TarEntry entry) => Encoding.UTF8.GetBytes($"{entry.EntryType}\0{entry.Name}\0{(int)entry.Mode}\0{entry.LinkName}\0");

    // On headers that contradict themselves the reader ends in whatever it stumbles over, null references included.
    private static async ValueTask<TarEntry?> NextAsync(TarReader tar, CancellationToken cancellationToken)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is not (IOException or OperationCanceledException))
        {
            throw new InvalidDataException(unreadable.Message, unreadable);
        }
    }

    private static async Task<T> JsonAsync<T>(Stream? data, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        data is not null && await JsonSerializer.DeserializeAsync(data, type, cancellationToken) is { } value
            ? value
            : throw new FormatException("an entry that should say something is empty");

    private static async Task<BackupManifest> ManifestAsync(TarEntry entry, Stream content, string file, CancellationToken cancellationToken)
    {
        if (entry.Name != Manifest)
        {
            throw new BackupUnusableException($"{file} is no backup of Atelier.");
        }

        var manifest = await JsonAsync(content, BackupJson.Default.BackupManifest, cancellationToken);
        return manifest.Format <= BackupManifest.CurrentFormat
            ? manifest
            : throw new BackupUnusableException(
                $"{file} was written by a newer build ({manifest.Build}, form {manifest.Format}); this one reads up to form {BackupManifest.CurrentFormat}. Restore it with the newer build.");
    }

    private static BackupUnusableException Damaged(string file, string why, Exception? innerException = null) =>
        new($"{file} is damaged, or no backup of Atelier: {why}. Nothing was restored from it.", innerException);
}
