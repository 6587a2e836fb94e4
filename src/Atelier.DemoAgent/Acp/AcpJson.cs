using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.DemoAgent.Acp;

/// <summary>JSON of what this agent hears and says.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(InitializeReply))]
[JsonSerializable(typeof(NewSessionRequest))]
[JsonSerializable(typeof(NewSessionReply))]
[JsonSerializable(typeof(OpenSessionRequest))]
[JsonSerializable(typeof(OpenSessionReply))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(ListSessionsRequest))]
[JsonSerializable(typeof(ListSessionsReply))]
[JsonSerializable(typeof(SetModeRequest))]
[JsonSerializable(typeof(PromptRequest))]
[JsonSerializable(typeof(PromptReply))]
[JsonSerializable(typeof(SessionNotification))]
[JsonSerializable(typeof(PermissionRequest))]
[JsonSerializable(typeof(PermissionReply))]
internal sealed partial class AcpJson : JsonSerializerContext;
