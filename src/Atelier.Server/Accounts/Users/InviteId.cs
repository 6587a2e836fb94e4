using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Accounts.Users;

[JsonConverter(typeof(IdJson<InviteId>))]
internal readonly record struct InviteId(string Value) : ITypedId, IParsable<InviteId>
{
    public static InviteId New(TimeProvider clock) => new(Ids.New("inv", clock));

    public static InviteId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InviteId result)
    {
        result = new InviteId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
