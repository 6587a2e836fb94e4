using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.BuiltIn;

[JsonConverter(typeof(IdJson<StepId>))]
internal readonly record struct StepId(string Value) : ITypedId, IParsable<StepId>
{
    public static StepId New(TimeProvider clock) => new(Ids.New("stp", clock));

    public static StepId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out StepId result)
    {
        result = new StepId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
