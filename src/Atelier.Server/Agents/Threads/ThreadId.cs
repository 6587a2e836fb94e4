using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Threads;

[JsonConverter(typeof(IdJson<ThreadId>))]
internal readonly record struct ThreadId(string Value) : ITypedId, IParsable<ThreadId>
{
    public static ThreadId New(TimeProvider clock) => new(Ids.New("thr", clock));

    public static ThreadId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ThreadId result)
    {
        result = new ThreadId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
