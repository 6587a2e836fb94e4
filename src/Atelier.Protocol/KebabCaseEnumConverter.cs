using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Protocol;

/// <summary>Writes enums on every wire of ours as lower-case words joined by hyphens.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
public sealed class KebabCaseEnumConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
