namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What an agent's lines of work have written down for each other; pure.</summary>
internal static class AgentNotes
{
    public const int MaxLength = 100_000;

    /// <summary>Notes with something at their end; null when that is too much.</summary>
    public static string? Added(string notes, string text)
    {
        var added = notes.Length == 0 ? text : $"{notes.TrimEnd('\n')}\n{text}";
        return added.Length <= MaxLength ? added : null;
    }
}
