using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Repositories;

[JsonConverter(typeof(IdJson<RepositoryId>))]
internal readonly record struct RepositoryId(string Value) : ITypedId, IParsable<RepositoryId>
{
    public static RepositoryId New(TimeProvider clock) => new(Ids.New("rep", clock));

    public static RepositoryId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RepositoryId result)
    {
        result = new RepositoryId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
