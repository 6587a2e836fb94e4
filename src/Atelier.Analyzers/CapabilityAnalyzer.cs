using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Atelier.Analyzers;

/// <summary>Keeps capabilities, the first folders of a project, to the map in its CAPABILITIES.txt.</summary>
/// <remarks>
/// A folder is known by its namespace, which IDE0130 keeps equal to it. What lies in the project's root folder puts the capabilities together and may use
/// all of them. A use is a name in code, wherever it stands, and also a member of a value whose type nobody wrote down; comments are free.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CapabilityAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] s_insides = ["Store", "Queries", "Endpoints", "Problems"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [CapabilityRules.MapIsKept, CapabilityRules.InsidesAreKept, CapabilityRules.MapIsTrue];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        var file = context.Options.AdditionalFiles.FirstOrDefault(file => file.Path.EndsWith("/" + CapabilityMap.FileName, StringComparison.Ordinal));
        if (file?.GetText(context.CancellationToken) is not { } text)
        {
            return;
        }

        var map = CapabilityMap.Parse(text);
        var capabilities = new Capabilities(context.Compilation.Assembly, RootNamespace(context.Options, context.Compilation));
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        context.RegisterSymbolAction(symbol => Note((INamedTypeSymbol)symbol.Symbol, capabilities, seen), SymbolKind.NamedType);
        context.RegisterSyntaxNodeAction(
            node => Check(node, map, capabilities), SyntaxKind.IdentifierName, SyntaxKind.GenericName, SyntaxKind.ImplicitObjectCreationExpression);
        context.RegisterCompilationEndAction(end => CheckMap(end, map, seen, file.Path));
    }

    private static string RootNamespace(AnalyzerOptions options, Compilation compilation) =>
        options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.RootNamespace", out var name) && name.Length > 0
            ? name
            : compilation.AssemblyName ?? "";

    private static void Note(INamedTypeSymbol type, Capabilities capabilities, ConcurrentDictionary<string, bool> seen)
    {
        if (capabilities.Of(type) is { } capability)
        {
            seen[capability] = true;
        }
    }

    private static void Check(SyntaxNodeAnalysisContext context, CapabilityMap map, Capabilities capabilities)
    {
        if (context.ContainingSymbol is null
            || context.Node.IsPartOfStructuredTrivia()
            || capabilities.Of(context.ContainingSymbol) is not { } user
            || UsedType(context) is not { } type
            || capabilities.Of(type) is not { } used
            || user == used)
        {
            return;
        }

        if (!map.MayUse(user, used))
        {
            Report(context, CapabilityRules.MapIsKept, user, used);
        }
        else if (used != CapabilityMap.Infrastructure && s_insides.Any(role => type.Name.EndsWith(role, StringComparison.Ordinal)))
        {
            Report(context, CapabilityRules.InsidesAreKept, type.Name, used, user);
        }
    }

    private static void Report(SyntaxNodeAnalysisContext context, DiagnosticDescriptor rule, params object[] words) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Node.GetLocation(), words));

    /// <summary>The type that a name means, or whose member it means; a member of a type named just before is not counted again.</summary>
    private static INamedTypeSymbol? UsedType(SyntaxNodeAnalysisContext context)
    {
        var symbol = Symbol(context, context.Node);
        if (symbol is INamedTypeSymbol type)
        {
            return type;
        }

        if (symbol is null or INamespaceOrTypeSymbol)
        {
            return null;
        }

        var isNamedBefore = context.Node.Parent is MemberAccessExpressionSyntax access
            && access.Name == context.Node
            && Symbol(context, access.Expression) is INamedTypeSymbol;
        return isNamedBefore ? null : symbol.ContainingType;
    }

    private static ISymbol? Symbol(SyntaxNodeAnalysisContext context, SyntaxNode node)
    {
        var symbol = context.SemanticModel.GetSymbolInfo(node, context.CancellationToken).Symbol;
        return symbol is IAliasSymbol alias ? alias.Target : symbol;
    }

    private static void CheckMap(CompilationAnalysisContext context, CapabilityMap map, ConcurrentDictionary<string, bool> seen, string path)
    {
        foreach (var problem in map.Problems)
        {
            var line = new LinePositionSpan(
                new LinePosition(problem.Line.LineNumber, 0), new LinePosition(problem.Line.LineNumber, problem.Line.Span.Length));
            context.ReportDiagnostic(Diagnostic.Create(CapabilityRules.MapIsTrue, Location.Create(path, problem.Line.Span, line), problem.Text));
        }

        foreach (var capability in seen.Keys.Where(capability => !map.Knows(capability)).OrderBy(name => name, StringComparer.Ordinal))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                CapabilityRules.MapIsTrue, Location.Create(path, default, default), $"the folder '{capability}' has no line"));
        }

        foreach (var capability in map.Capabilities.Where(capability => !seen.ContainsKey(capability)).OrderBy(name => name, StringComparer.Ordinal))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                CapabilityRules.MapIsTrue, Location.Create(path, default, default), $"there is no folder '{capability}'"));
        }
    }
}
