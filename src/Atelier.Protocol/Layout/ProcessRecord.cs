using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.Layout;

/// <summary>What a process of ours says of itself, in <c>&lt;runtime&gt;/&lt;role&gt;.json</c>, so that others can find it and know it is that one.</summary>
/// <param name="Role">server, daemon or supervisor. Keepers have their own record, PostgreSQL its postmaster.pid.</param>
/// <param name="Pid">Its process id.</param>
/// <param name="StartTime">Its start time in clock ticks since boot.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Version">Hash of its build.</param>
/// <param name="Address">Where it can be reached; null for processes that nobody calls.</param>
public sealed record ProcessRecord(string Role, int Pid, long StartTime, string BootId, string Version, string? Address)
{
    /// <summary>Role of the server.</summary>
    public const string Server = "server";

    /// <summary>Role of the host daemon.</summary>
    public const string Daemon = "daemon";

    /// <summary>Role of the process that watches the server.</summary>
    public const string Supervisor = "supervisor";

    /// <summary>Whether that process is still there.</summary>
    [JsonIgnore]
    public bool IsAlive => ProcessIdentity.IsAlive(Pid, StartTime, BootId);

    /// <summary>This process, in a role.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="address">Where it can be reached.</param>
    public static ProcessRecord OfThisProcess(string role, string? address) => new(
        role,
        Environment.ProcessId,
        ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
        ProcessIdentity.BootId,
        BuildVersion,
        address);

    /// <summary>Hash of this build: the name of its folder under <c>versions</c>; "checkout" for a build that is not installed.</summary>
    public static string BuildVersion
    {
        get
        {
            var folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
            var version = Path.GetDirectoryName(folder);
            return Path.GetFileName(Path.GetDirectoryName(version)) == "versions" ? Path.GetFileName(version)! : "checkout"; // a folder in "versions" has a name
        }
    }

    /// <summary>The process in a role, when one is alive; null otherwise.</summary>
    /// <param name="data">Whose.</param>
    /// <param name="role">Its role.</param>
    public static ProcessRecord? Find(DataFolder data, string role)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(data, role)), LayoutJson.Default.ProcessRecord);
            return record is { IsAlive: true } ? record : null;
        }
        catch (Exception problem) when (problem is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the record, whole or not at all.</summary>
    /// <param name="data">Whose.</param>
    public void Write(DataFolder data)
    {
        Directory.CreateDirectory(data.Runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = PathOf(data, Role);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, LayoutJson.Default.ProcessRecord));
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string PathOf(DataFolder data, string role) => Path.Combine(data.Runtime, role + ".json");
}

/// <summary>JSON of files that our processes leave for each other.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProcessRecord))]
internal sealed partial class LayoutJson : JsonSerializerContext;
