using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Sessions;

[JsonConverter(typeof(IdJson<SessionId>))]
internal readonly record struct SessionId(string Value) : ITypedId, IParsable<SessionId>
{
    public static SessionId New(TimeProvider clock) => new(Ids.New("ses", clock));

    public static SessionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SessionId result)
    {
        result = new SessionId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
