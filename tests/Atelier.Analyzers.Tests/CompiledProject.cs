using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Atelier.Analyzers.Tests;

/// <summary>A small project with a capability map, compiled with our analyzer.</summary>
internal static class CompiledProject
{
    private static readonly MetadataReference[] s_framework =
    [
        .. ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(':')
            .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "System.Collections.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the analyzer says about the sources, each as "ATR0001: message".</summary>
    public static async Task<IReadOnlyList<string>> SaysAsync(string? map, params string[] sources)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            "Shop",
            sources.Select(source => CSharpSyntaxTree.ParseText(source, cancellationToken: cancellationToken)),
            s_framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.GetDiagnostics(cancellationToken).Where(problem => problem.Severity == DiagnosticSeverity.Error));

        var options = new AnalyzerOptions(map is null ? [] : [new MapFile(map)]);
        var found = await compilation
            .WithAnalyzers([new CapabilityAnalyzer()], options)
            .GetAnalyzerDiagnosticsAsync(cancellationToken);
        return [.. found.Select(problem => $"{problem.Id}: {problem.GetMessage(CultureInfo.InvariantCulture)}").Order(StringComparer.Ordinal)];
    }

    private sealed class MapFile(string text) : AdditionalText
    {
        public override string Path => "/shop/CAPABILITIES.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
