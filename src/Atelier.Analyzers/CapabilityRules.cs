using Microsoft.CodeAnalysis;

namespace Atelier.Analyzers;

/// <summary>What the compiler says when capabilities reach into each other.</summary>
internal static class CapabilityRules
{
    private const string Category = "Architecture";

    /// <summary>A capability uses another that its line of the map does not name.</summary>
    public static DiagnosticDescriptor MapIsKept { get; } = new(
        "ATR0001",
        "A capability uses only what the capability map allows",
        "'{0}' may not use '{1}'; change the design, or list it in CAPABILITIES.txt",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <summary>A capability uses a part of another that is nobody else's business.</summary>
    public static DiagnosticDescriptor InsidesAreKept { get; } = new(
        "ATR0002",
        "Stores, queries, endpoints and problems belong to their own capability",
        "'{0}' is inside '{1}' and may not be used from '{2}'; ask its owner for what you need",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <summary>The map itself cannot be read, or names what is not there.</summary>
    public static DiagnosticDescriptor MapIsTrue { get; } = new(
        "ATR0003",
        "The capability map can be read and is true",
        "CAPABILITIES.txt: {0}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.CompilationEnd);
}
