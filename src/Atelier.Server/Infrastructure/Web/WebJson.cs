using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>How bodies look: camel case, enums as words, nothing where there is nothing.</summary>
internal static class WebJson
{
    /// <summary>The same, for what is written outside of requests.</summary>
    public static JsonSerializerOptions Options { get; } = Made();

    public static void Configure(JsonSerializerOptions json)
    {
        json.MaxDepth = 96;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Made()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(json);
        return json;
    }
}
