using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.Layout;

/// <summary>What <c>&lt;data&gt;/server.json</c> says: which server runs on the data folder. It is there from when the server listens until it stops in order.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="StartTime">With the boot, tells it from any later process of that id; see <see cref="ProcessIdentity.IsAlive"/>.</param>
/// <param name="BootId">The boot of the machine in which it was started.</param>
/// <param name="Address">Where it listens: <c>http://127.0.0.1:7420</c>.</param>
/// <param name="PublicUrl">The address people use; null when that is where it listens.</param>
public sealed record ServerRecord(int Pid, long StartTime, string BootId, string Address, string? PublicUrl);

/// <summary>JSON of <see cref="ServerRecord"/>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerRecord))]
public sealed partial class ServerRecordJson : JsonSerializerContext;
