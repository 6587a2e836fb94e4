using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.WorkSessions;

[JsonConverter(typeof(IdJson<WorkSessionId>))]
internal readonly record struct WorkSessionId(string Value) : ITypedId, IParsable<WorkSessionId>
{
    public static WorkSessionId New(TimeProvider clock) => new(Ids.New("wks", clock));

    public static WorkSessionId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out WorkSessionId result)
    {
        result = new WorkSessionId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
