using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Inbox;

/// <summary>Follows from what waits, so that the same never gets a second row.</summary>
[JsonConverter(typeof(IdJson<InboxItemId>))]
internal readonly record struct InboxItemId(string Value) : ITypedId, IParsable<InboxItemId>
{
    private const string Prefix = "inb_";

    /// <summary>The id of what waits under a key.</summary>
    public static InboxItemId Of(string key) => new(Prefix + key);

    public static InboxItemId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out InboxItemId result)
    {
        result = new InboxItemId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
