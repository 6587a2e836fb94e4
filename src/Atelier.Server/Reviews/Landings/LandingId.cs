using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Reviews.Landings;

[JsonConverter(typeof(IdJson<LandingId>))]
internal readonly record struct LandingId(string Value) : ITypedId, IParsable<LandingId>
{
    public static LandingId New(TimeProvider clock) => new(Ids.New("lnd", clock));

    public static LandingId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LandingId result)
    {
        result = new LandingId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
