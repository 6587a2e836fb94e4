using System.Globalization;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon;

/// <summary>One daemon per data folder: an advisory lock that ends with the process, however it ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; says who has it when somebody has.</summary>
    public static DataFolderLock? TryTake(DataFolder data, out int? owner)
    {
        owner = null;
        var path = Path.Combine(data.Path, "daemon.lock");
        try
        {
            var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,   // flock(LOCK_EX | LOCK_NB)
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            File.WriteAllText(OwnerFile(data), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new DataFolderLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            owner = ReadOwner(OwnerFile(data));
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    // Beside the lock, because a locked file cannot be opened here even for reading.
    private static string OwnerFile(DataFolder data) => Path.Combine(data.Path, "daemon.pid");

    private static int? ReadOwner(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
