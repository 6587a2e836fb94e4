using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.AgentPrograms;

[JsonConverter(typeof(IdJson<AgentProgramId>))]
internal readonly record struct AgentProgramId(string Value) : ITypedId, IParsable<AgentProgramId>
{
    public static AgentProgramId New(TimeProvider clock) => new(Ids.New("prg", clock));

    public static AgentProgramId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AgentProgramId result)
    {
        result = new AgentProgramId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
