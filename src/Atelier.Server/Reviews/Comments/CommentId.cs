using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Reviews.Comments;

[JsonConverter(typeof(IdJson<CommentId>))]
internal readonly record struct CommentId(string Value) : ITypedId, IParsable<CommentId>
{
    public static CommentId New(TimeProvider clock) => new(Ids.New("cmt", clock));

    public static CommentId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out CommentId result)
    {
        result = new CommentId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
