using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Atelier.Server.Agents.Lists;

/// <summary>A place in the order of agents, the newest first, which stays where it is whatever comes and goes.</summary>
internal sealed record AgentPlaceInList(DateTimeOffset CreatedAt, AgentId Id)
{
    /// <summary>The place as callers carry it.</summary>
    public string Text => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedAt.UtcTicks} {Id}")));

    /// <summary>The place that a caller carried; null when it is none.</summary>
    public static AgentPlaceInList? Of(string text)
    {
        if (text.Length > 1_000 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 2);
        return parts is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at <= DateTimeOffset.MaxValue.UtcTicks && AgentId.TryParse(id, provider: null, out var agent)
            ? new AgentPlaceInList(new DateTimeOffset(at, TimeSpan.Zero), agent)
            : null;
    }
}
