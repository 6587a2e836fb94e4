namespace Atelier.Terminal;

/// <summary>How large a terminal may be, and what it may cost.</summary>
public static class ScreenLimits
{
    /// <summary>Most memory of one terminal, everything counted.</summary>
    public const int MemoryBytes = 1024 * 1024;

    public const int MaximumColumns = 1000;

    public const int MaximumRows = 500;

    /// <summary>Most cells; a bigger terminal gets fewer rows.</summary>
    public const int MaximumCells = 40_000;

    public const int MaximumTitleLength = 1024;

    internal const int ScrollBackBytes = 384 * 1024;

    internal const int MaximumStringBytes = 8 * 1024;

    // Parser, tab stops, palette and the objects themselves.
    internal const int FixedBytes = 24 * 1024;

    /// <summary>The size nearest to one asked for that a terminal can have. A program must be told the same one.</summary>
    public static (int Columns, int Rows) Fit(int columns, int rows)
    {
        columns = Math.Clamp(columns, 2, MaximumColumns);
        return (columns, Math.Clamp(rows, 1, Math.Min(MaximumRows, MaximumCells / columns)));
    }
}
