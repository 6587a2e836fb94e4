using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Requests;

[JsonConverter(typeof(IdJson<RequestId>))]
internal readonly record struct RequestId(string Value) : ITypedId, IParsable<RequestId>
{
    public static RequestId New(TimeProvider clock) => new(Ids.New("req", clock));

    public static RequestId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RequestId result)
    {
        result = new RequestId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
