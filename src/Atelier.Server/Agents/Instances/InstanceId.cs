using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Instances;

[JsonConverter(typeof(IdJson<InstanceId>))]
internal readonly record struct InstanceId(string Value) : ITypedId, IParsable<InstanceId>
{
    public static InstanceId New(TimeProvider clock) => new(Ids.New("ins", clock));

    public static InstanceId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InstanceId result)
    {
        result = new InstanceId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
