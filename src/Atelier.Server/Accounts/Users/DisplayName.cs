namespace Atelier.Server.Accounts.Users;

/// <summary>How a person is called on the screen: one line, not empty, not longer than a line.</summary>
internal static class DisplayName
{
    public const int MaxLength = 80;

    /// <summary>The name without what surrounds it; null when nothing of use is left.</summary>
    public static string? Clean(string? text) =>
        text?.Trim() is { Length: > 0 and <= MaxLength } name && !name.Any(char.IsControl) ? name : null;
}
