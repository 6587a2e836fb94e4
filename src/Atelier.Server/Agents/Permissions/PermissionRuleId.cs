using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Atelier.Server.Infrastructure.Identity;

namespace Atelier.Server.Agents.Permissions;

[JsonConverter(typeof(IdJson<PermissionRuleId>))]
internal readonly record struct PermissionRuleId(string Value) : ITypedId, IParsable<PermissionRuleId>
{
    public static PermissionRuleId New(TimeProvider clock) => new(Ids.New("rul", clock));

    public static PermissionRuleId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("That is not an id.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PermissionRuleId result)
    {
        result = new PermissionRuleId(s ?? "");
        return Ids.IsValid(s);
    }

    public override string ToString() => Value;
}
