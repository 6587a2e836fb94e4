using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atelier.Server.Infrastructure.Web;

namespace Atelier.Server.Inbox.Notifications;

/// <summary>What is posted: <c>{"id","kind","title","summary"?,"agent":{"id","title"},"user":{"id","name"},"link","createdAt"}</c>; pure.</summary>
internal static class WebhookMessage
{
    public const string SignatureHeader = "Atelier-Signature";
    public const string DeliveryHeader = "Atelier-Delivery";

    public static string Body(Notification one, string link) => JsonSerializer.Serialize(
        new
        {
            id = one.Item.Id.Value,
            kind = one.Item.Kind,
            title = one.Item.Title,
            summary = one.Item.Summary,
            agent = new { id = one.Item.AgentId.Value, title = one.Agent },
            user = new { id = one.User.Value, name = one.UserName },
            link,
            createdAt = one.Item.CreatedAt,
        },
        WebJson.Options);

    /// <summary><c>t=SECONDS,v1=HEX</c>: HMAC-SHA256 of <c>SECONDS.BODY</c>. The time is signed, too, so that whoever listens can refuse what is old.</summary>
    public static string Signature(string secret, string body, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}")))}";
    }
}
