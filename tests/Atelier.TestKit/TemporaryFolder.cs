namespace Atelier.TestKit;

/// <summary>A folder of a test's own, short enough for sockets, gone with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    // Others may pass through: root's PostgreSQL runs as another user.
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public TemporaryFolder() => File.SetUnixFileMode(Path, Mode);

    public string Path { get; } = Directory.CreateTempSubdirectory("at-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        var file = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file) ?? Path);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending still writes; the machine clears /tmp.
        }
    }
}
