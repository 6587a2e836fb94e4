using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Atelier.Server.Backups;

/// <summary>Writes the entries of a backup, and their checksum at its end.</summary>
internal sealed class BackupWriter : IAsyncDisposable
{
    // Smaller files are read at once, so that what they hold is of one moment.
    private const int ReadAtOnceBytes = 8 << 20;
    private const int PieceBytes = 4 << 20;

    private readonly GZipStream _zipped;
    private readonly TarWriter _tar;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _entries;

    public BackupWriter(Stream stream)
    {
        _zipped = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        _tar = new TarWriter(_zipped, TarEntryFormat.Pax, leaveOpen: true);
    }

    public Task WriteManifestAsync(BackupManifest manifest, CancellationToken cancellationToken) =>
        WriteAsync(BackupFile.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest), cancellationToken);

    /// <summary>Writes a table's rows, in pieces of whole lines.</summary>
    public async Task WriteTableAsync(string table, TextReader rows, CancellationToken cancellationToken)
    {
        var piece = new StringBuilder();
        var number = 0;
        while (await rows.ReadLineAsync(cancellationToken) is { } row)
        {
            piece.Append(row).Append('\n');
            if (piece.Length >= PieceBytes)
            {
                await WritePieceAsync();
            }
        }

        await WritePieceAsync();

        async Task WritePieceAsync()
        {
            var bytes = Encoding.UTF8.GetBytes(piece.ToString());
            piece.Clear();
            if (bytes.Length > 0)
            {
                await WriteAsync($"{BackupFile.Tables}{table}/{++number:d8}", bytes, cancellationToken);
            }
        }
    }

    /// <summary>Writes a file, as long as it is when it is opened; one that has just gone is left out.</summary>
    public async Task WriteFileAsync(string path, string name, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length == 0)
            {
                // Not opened: sockets and pipes are empty too, and opening those would wait or fail.
                await WriteAsync(
                    new PaxTarEntry(TarEntryType.RegularFile, BackupFile.Data + name) { Mode = File.GetUnixFileMode(path) }, cancellationToken);
                return;
            }

            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = file.Length;
            await using Stream content = length <= ReadAtOnceBytes ? await StartAsync(file, (int)length, cancellationToken) : file;
            await WriteAsync(
                new PaxTarEntry(TarEntryType.RegularFile, BackupFile.Data + name) { Mode = File.GetUnixFileMode(path), DataStream = new HashedStart(content, Math.Min(length, content.Length), _hash) },
                cancellationToken);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was removed since it was listed.
        }
    }

    public Task WriteFolderAsync(string path, string name, CancellationToken cancellationToken) => WriteAsync(
        new PaxTarEntry(TarEntryType.Directory, $"{BackupFile.Data}{name}/") { Mode = File.GetUnixFileMode(path) }, cancellationToken);

    public Task WriteLinkAsync(string target, string name, CancellationToken cancellationToken) => WriteAsync(
        new PaxTarEntry(TarEntryType.SymbolicLink, BackupFile.Data + name) { LinkName = target }, cancellationToken);

    /// <summary>Writes the end; without it the file is not whole.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var end = new BackupEnd(_entries, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        await WriteAsync(BackupFile.End, JsonSerializer.SerializeToUtf8Bytes(end, BackupJson.Default.BackupEnd), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _tar.DisposeAsync();
        await _zipped.DisposeAsync();
        _hash.Dispose();
    }

    private static async Task<MemoryStream> StartAsync(FileStream file, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        var read = await file.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken);
        return new MemoryStream(bytes, 0, read);
    }

    private async Task WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        await using var data = new HashedStart(new MemoryStream(content), content.Length, _hash);
        await WriteAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data }, cancellationToken);
    }

    private async Task WriteAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        _hash.AppendData(BackupFile.Describe(entry));
        await _tar.WriteEntryAsync(entry, cancellationToken);
        _entries++;
    }
}
