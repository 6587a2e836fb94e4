using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol.KeeperLink;

/// <summary>JSON of KeeperLink's control frames and of keeper.json.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientHello))]
[JsonSerializable(typeof(KeeperHello))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(AttachedReply))]
[JsonSerializable(typeof(GapNotice))]
[JsonSerializable(typeof(ResizeRequest))]
[JsonSerializable(typeof(SignalRequest))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(InputRefusedNotice))]
[JsonSerializable(typeof(ResizedNotice))]
[JsonSerializable(typeof(ExitedNotice))]
[JsonSerializable(typeof(EpochStartedNotice))]
[JsonSerializable(typeof(HeldNotice))]
[JsonSerializable(typeof(KeeperState))]
[JsonSerializable(typeof(RefusedNotice))]
[JsonSerializable(typeof(EmptyRequest))]
[JsonSerializable(typeof(KeeperRecord))]
[JsonSerializable(typeof(KeeperLaunch))]
[JsonSerializable(typeof(KeeperLaunchReply))]
public sealed partial class KeeperJson : JsonSerializerContext;
