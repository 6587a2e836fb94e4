using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Workers;

/// <summary>Where a worker's things lie on this machine.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Socket">Where its keeper listens.</param>
/// <param name="EndedSocket">Where the daemon listens for it when it has no keeper.</param>
internal sealed record WorkerPlaces(string Folder, string Socket, string EndedSocket)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The places of a worker; a socket's path is short whatever the worker's id is.</summary>
    public static WorkerPlaces Of(DataFolder data, string workerId)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(workerId)))[..16];
        return new WorkerPlaces(
            data.Worker(workerId), Path.Combine(data.Runtime, $"k-{name}"), Path.Combine(data.Runtime, $"e-{name}"));
    }

    /// <summary>Makes the machine's folders, for their owner only; refuses a runtime folder that somebody else has made.</summary>
    public static void Prepare(DataFolder data)
    {
        Directory.CreateDirectory(data.Workers, OwnerOnly);
        Directory.CreateDirectory(data.Runtime, OwnerOnly);
        File.SetUnixFileMode(data.Runtime, OwnerOnly);
    }

    /// <summary>Makes the worker's folder.</summary>
    public void Prepare() => Directory.CreateDirectory(Folder, OwnerOnly);

    /// <summary>Who holds the worker, and is what it claims to be; null when nobody does (KL11).</summary>
    public KeeperRecord? FindKeeper()
    {
        try
        {
            var record = JsonSerializer.Deserialize(
                File.ReadAllBytes(Path.Combine(Folder, "keeper.json")), KeeperJson.Default.KeeperRecord);
            return record is not null && ProcessIdentity.IsAlive(record.KeeperPid, record.KeeperStartTime, record.BootId)
                ? record
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return null;
        }
    }
}
