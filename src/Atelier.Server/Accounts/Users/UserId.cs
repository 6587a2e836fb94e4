using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Accounts.Users;

[JsonConverter(typeof(IdJson<UserId>))]
internal readonly record struct UserId(string Value) : ITypedId, IParsable<UserId>
{
    public static UserId New(TimeProvider clock) => new(Ids.New("usr", clock));

    public static UserId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out UserId result)
    {
        result = new UserId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
