using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Reviews.Checkpoints;

[JsonConverter(typeof(IdJson<CheckpointId>))]
internal readonly record struct CheckpointId(string Value) : ITypedId, IParsable<CheckpointId>
{
    public static CheckpointId New(TimeProvider clock) => new(Ids.New("chk", clock));

    public static CheckpointId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CheckpointId result)
    {
        result = new CheckpointId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
