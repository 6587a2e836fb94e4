using Microsoft.CodeAnalysis;

namespace Atelier.Analyzers;

/// <summary>Tells the capability that something of a project belongs to: the part of its namespace after the project's own.</summary>
internal sealed class Capabilities(IAssemblySymbol project, string rootNamespace)
{
    /// <summary>The capability; null for what belongs to another project, or to none.</summary>
    public string? Of(ISymbol symbol)
    {
        if (!SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, project))
        {
            return null;
        }

        var names = new Stack<string>();
        for (var space = symbol as INamespaceSymbol ?? symbol.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            names.Push(space.Name);
        }

        foreach (var expected in rootNamespace.Split('.'))
        {
            if (names.Count == 0 || !string.Equals(names.Pop(), expected, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return names.Count == 0 ? null : names.Peek();
    }
}
