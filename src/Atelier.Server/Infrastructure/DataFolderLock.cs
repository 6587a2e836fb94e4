using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure;

/// <summary>At most one server runs on a data folder. The kernel lets go of the lock when the server dies, however it dies.</summary>
internal sealed class DataFolderLock(IOptions<ServerOptions> options) : IHostedService, IDisposable
{
    private FileStream? _lock;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var data = options.Value.DataFolder;
        try
        {
            // 0711: the database's user passes through; nobody but us lists it.
            Directory.CreateDirectory(
                data.Path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            _lock = new FileStream(Path.Combine(data.Path, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new StartProblemException($"The data folder {data.Path} cannot be written: {problem.Message}", problem);
        }
        catch (IOException problem)
        {
            throw new StartProblemException(
                $"The data folder {data.Path} is in use by another server, or cannot be written: {problem.Message}", problem);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();
}
