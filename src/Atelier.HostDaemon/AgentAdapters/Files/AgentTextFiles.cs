using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Reads and writes text files of worktrees for agent programs.</summary>
/// <remarks>
/// A write is compared with the text that its program knows: what others have changed in the file meanwhile stays, where it lies apart from what the program
/// changed; else the write is refused and says what is different. A file is replaced as a whole or not at all, and a request that was done is not done again.
/// </remarks>
internal sealed class AgentTextFiles(AgentTextMemory memory) : IDisposable
{
    /// <summary>Largest file that is read or written.</summary>
    public const int MaxFileBytes = 16 << 20;

    /// <summary>Longest text that is given at once; whoever wants more of a file asks for lines.</summary>
    public const int MaxReadLength = 4 << 20;

    private const int MostTries = 8;

    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Runs before a file is replaced; a test can let something happen then.</summary>
    internal Func<Task> BeforeReplacing { get; init; } = () => Task.CompletedTask;

    public async Task<ReadTextReply> ReadAsync(ReadTextRequest request, CancellationToken cancellationToken)
    {
        var path = ConfinedPath.Of(request.Worktree, request.Path);
        var bytes = await ReadBytesAsync(request.Worktree, path, request.Path, cancellationToken)
            ?? throw new JsonRpcException(LinkRefusals.NotFound, $"There is no file {request.Path}.");
        var file = TextFile.Parse(bytes, request.Path);
        var text = TextLines.Slice(file.Text, request.Line, request.Limit)
            ?? throw new JsonRpcException(
                LinkRefusals.PastEnd, $"Line {request.Line} is past the end of {request.Path}, which has {TextLines.Count(file.Text)} lines.");
        if (text.Length > MaxReadLength)
        {
            throw new JsonRpcException(
                JsonRpcErrorReasons.TooLarge, $"{request.Path} has {text.Length} characters there; at most {MaxReadLength} are given at once. Ask for lines of it.");
        }

        return new ReadTextReply(text, await memory.RememberAsync(bytes, cancellationToken));
    }

    public async Task<WriteTextReply> WriteAsync(WriteTextRequest request, CancellationToken cancellationToken)
    {
        var path = ConfinedPath.Of(request.Worktree, request.Path);
        ConfinedPath.ThrowIfGit(request.Worktree, path, request.Path);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                if (await TryWriteAsync(request, path, cancellationToken) is { } reply)
                {
                    await memory.DoneAsync(request.RequestId, reply, cancellationToken);
                    return reply;
                }

                if (tries == MostTries)
                {
                    throw new JsonRpcException(LinkRefusals.Busy, $"{request.Path} is being changed all the time; try again later.");
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>Writes once; null when somebody else changed the file while it was about to be replaced.</summary>
    private async Task<WriteTextReply?> TryWriteAsync(WriteTextRequest request, string path, CancellationToken cancellationToken)
    {
        var current = await ReadBytesAsync(request.Worktree, path, request.Path, cancellationToken);
        if (memory.Done(request.RequestId, current) is { } done)
        {
            return done;
        }

        var wanted = (current is null ? TextFile.New : TextFile.Parse(current, request.Path)).Encode(request.Text);
        if (wanted.Length > MaxFileBytes)
        {
            throw new JsonRpcException(JsonRpcErrorReasons.TooLarge, $"A file that is written has at most {MaxFileBytes >> 20} MiB; {request.Path} would have more.");
        }

        var isChanged = current is not null && !current.AsSpan().SequenceEqual(wanted)
            && request.SeenHash is { } seen && seen != AgentTextMemory.HashOf(current);
        var content = isChanged ? Merged(request, current!, wanted) : wanted; // isChanged says that there is one
        var reply = new WriteTextReply(await memory.RememberAsync(wanted, cancellationToken), IsMerged: isChanged);
        await memory.IntendAsync(request.RequestId, reply, content, cancellationToken);
        return current?.AsSpan().SequenceEqual(content) == true || await ReplaceAsync(request, path, current, content, cancellationToken) ? reply : null;
    }

    private byte[] Merged(WriteTextRequest request, byte[] current, byte[] wanted)
    {
        if (request.SeenHash is not { } hash || memory.Recall(hash) is not { } seen)
        {
            throw new JsonRpcException(LinkRefusals.Changed, $"{request.Path} was changed since it was read. Read it again, then write.");
        }

        var file = TextFile.Parse(current, request.Path);
        return TextMerge.Of(TextFile.Parse(seen, request.Path).Raw, file.Raw, TextFile.Parse(wanted, request.Path).Raw) switch
        {
            { Text: { } text } => file.EncodeRaw(text),
            { Differs: var differs } => throw new JsonRpcException(
                LinkRefusals.Changed, $"{request.Path} was changed since it was read, where it would be written: {differs} Read it again, then write."),
        };
    }

    /// <summary>Puts a content in the place of the one that was looked at; false when it is not there any more.</summary>
    private async Task<bool> ReplaceAsync(WriteTextRequest request, string path, byte[]? current, byte[] content, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(path)!; // a path within a worktree has a folder
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)[..Math.Min(Path.GetFileName(path).Length, 64)]}.{Guid.NewGuid():n}.atelier");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (current is not null)
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
            }

            await BeforeReplacing();
            ConfinedPath.ThrowIfElsewhere(request.Worktree, temporary, request.Path);
            var now = await ReadBytesAsync(request.Worktree, path, request.Path, cancellationToken);
            if (now is null ? current is not null : current is null || !now.AsSpan().SequenceEqual(current))
            {
                return false;
            }

            File.Move(temporary, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>All bytes of a file; null when there is none.</summary>
    private static async Task<byte[]?> ReadBytesAsync(string worktree, string path, string asked, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"{asked} is a directory.");
        }

        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            ConfinedPath.ThrowIfElsewhere(worktree, $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", asked);
            if (!file.CanSeek || file.Length > MaxFileBytes)
            {
                throw new JsonRpcException(JsonRpcErrorReasons.TooLarge, $"{asked} is no file of at most {MaxFileBytes >> 20} MiB.");
            }

            using var bytes = new MemoryStream((int)file.Length);
            await file.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
