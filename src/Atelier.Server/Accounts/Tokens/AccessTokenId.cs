using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Accounts.Tokens;

[JsonConverter(typeof(IdJson<AccessTokenId>))]
internal readonly record struct AccessTokenId(string Value) : ITypedId, IParsable<AccessTokenId>
{
    public static AccessTokenId New(TimeProvider clock) => new(Ids.New("tok", clock));

    public static AccessTokenId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AccessTokenId result)
    {
        result = new AccessTokenId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
