using System.Diagnostics.CodeAnalysis;

namespace Atelier.Server.Infrastructure.Identity;

/// <summary>The one way ids are made and recognised.</summary>
internal static class Ids
{
    public const int MaxLength = 255;

    /// <summary>A new id: the prefix of its kind and a UUIDv7, so that ids sort by the time they were made.</summary>
    public static string New(string prefix, TimeProvider clock) =>
        $"{prefix}_{Guid.CreateVersion7(clock.GetUtcNow()):n}";

    /// <summary>Imported ids are kept as they are, so any printable text of bounded length is one.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength }
        && !text.Any(character => char.IsControl(character) || char.IsSurrogate(character));
}
