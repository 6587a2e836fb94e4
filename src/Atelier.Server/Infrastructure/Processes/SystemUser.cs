using System.Globalization;
using System.Runtime.InteropServices;

namespace Atelier.Server.Infrastructure.Processes;

/// <summary>A user of this machine.</summary>
internal sealed partial record SystemUser(uint Uid, uint Gid)
{
    // What Debian, Fedora and the rest agree on for "nobody".
    public static SystemUser Nobody { get; } = new(65534, 65534);

    public static bool WeAreRoot { get; } = EffectiveUid() == 0;

    /// <summary>Looks in /etc/passwd; null when there is no such name.</summary>
    public static SystemUser? Find(string name)
    {
        // name:x:uid:gid:comment:home:shell
        var fields = File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .FirstOrDefault(fields => fields.Length > 3 && fields[0] == name);
        return fields is null
            ? null
            : new SystemUser(
                uint.Parse(fields[2], CultureInfo.InvariantCulture),
                uint.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Makes a folder that only this user (and root) can enter.</summary>
    public void OwnFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (ChangeOwner(path, Uid, Gid) != 0)
        {
            throw new IOException($"{path} cannot be given to user {Uid}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUid();

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint uid, uint gid);
}
