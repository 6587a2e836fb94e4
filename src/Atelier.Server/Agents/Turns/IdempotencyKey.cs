namespace Atelier.Server.Agents.Turns;

/// <summary>The client's name for a request: asking twice under one is asking once.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const int MaxLength = 255;

    /// <summary>The one that a request has; null when it has none.</summary>
    public static string? Of(HttpContext context) => context.Request.Headers[Header].ToString() is { Length: > 0 } given ? given : null;
}
