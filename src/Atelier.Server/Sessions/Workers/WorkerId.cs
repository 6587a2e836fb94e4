using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Sessions.Workers;

[JsonConverter(typeof(IdJson<WorkerId>))]
internal readonly record struct WorkerId(string Value) : ITypedId, IParsable<WorkerId>
{
    public static WorkerId New(TimeProvider clock) => new(Ids.New("wrk", clock));

    public static WorkerId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out WorkerId result)
    {
        result = new WorkerId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
