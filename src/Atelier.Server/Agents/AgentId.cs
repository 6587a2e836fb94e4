using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents;

[JsonConverter(typeof(IdJson<AgentId>))]
internal readonly record struct AgentId(string Value) : ITypedId, IParsable<AgentId>
{
    public static AgentId New(TimeProvider clock) => new(Ids.New("agt", clock));

    public static AgentId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentId result)
    {
        result = new AgentId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
