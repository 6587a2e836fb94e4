using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.ModelProviders;

[JsonConverter(typeof(IdJson<ModelProviderId>))]
internal readonly record struct ModelProviderId(string Value) : ITypedId, IParsable<ModelProviderId>
{
    public static ModelProviderId New(TimeProvider clock) => new(Ids.New("mpr", clock));

    public static ModelProviderId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ModelProviderId result)
    {
        result = new ModelProviderId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
