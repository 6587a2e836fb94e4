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
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DataFolderLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            owner = ReadOwner(path);
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static int? ReadOwner(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
