using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Turns;

[JsonConverter(typeof(IdJson<TurnId>))]
internal readonly record struct TurnId(string Value) : ITypedId, IParsable<TurnId>
{
    public static TurnId New(TimeProvider clock) => new(Ids.New("turn", clock));

    public static TurnId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TurnId result)
    {
        result = new TurnId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
