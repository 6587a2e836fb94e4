using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Hosts;

[JsonConverter(typeof(IdJson<HostId>))]
internal readonly record struct HostId(string Value) : ITypedId, IParsable<HostId>
{
    public static HostId New(TimeProvider clock) => new(Ids.New("hst", clock));

    public static HostId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out HostId result)
    {
        result = new HostId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
