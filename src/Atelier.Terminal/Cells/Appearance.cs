namespace Atelier.Terminal.Cells;

/// <summary>The styles, clusters and links of one screen, and the sweeping of what no cell refers to any more.</summary>
internal sealed class Appearance
{
    private readonly List<Func<IEnumerable<Row>>> _rows = [];
    private Func<(Pen Pen, int Style)> _pen = () => default;

    public Appearance(int styleLimit)
    {
        Styles = new StyleTable(styleLimit, UsedStyles);
        Clusters = new ClusterTable(UsedClusters);
        Links = new LinkTable(UsedLinks);
    }

    public StyleTable Styles { get; }

    public ClusterTable Clusters { get; }

    public LinkTable Links { get; }

    public int MemoryBytes => Styles.MemoryBytes + Clusters.MemoryBytes + Links.MemoryBytes;

    /// <summary>A row on its way out of the scroll-back, in use although it is on no screen.</summary>
    public Row? Decoding { get; set; }

    /// <summary>Names rows whose styles, clusters and links are in use.</summary>
    public void Watch(Func<IEnumerable<Row>> rows) => _rows.Add(rows);

    /// <summary>Names the pen and the number of its style, 0 when it has none yet.</summary>
    public void Watch(Func<(Pen Pen, int Style)> pen) => _pen = pen;

    public void Unwatch(Func<IEnumerable<Row>> rows) => _rows.Remove(rows);

    /// <summary>The text of a cell; empty where nothing was printed and for the right half of a wide character.</summary>
    public string TextOf(Cell cell) =>
        cell.IsCluster ? Clusters[cell.Value] : cell.Value == 0 ? "" : char.ConvertFromUtf32(cell.Value);

    private ReadOnlySpan<bool> UsedStyles()
    {
        var used = new bool[Styles.Capacity];
        foreach (var row in UsedRows())
        {
            foreach (var cell in row.Cells)
            {
                used[cell.Style] = true;
            }
        }

        used[_pen().Style] = true;
        return used;
    }

    private ReadOnlySpan<bool> UsedClusters()
    {
        var used = new bool[Clusters.Capacity];
        foreach (var row in UsedRows())
        {
            foreach (var cell in row.Cells)
            {
                if (cell.IsCluster)
                {
                    used[cell.Value] = true;
                }
            }
        }

        return used;
    }

    private ReadOnlySpan<bool> UsedLinks()
    {
        var used = new bool[Links.Capacity];
        var styles = UsedStyles();
        for (var number = 0; number < styles.Length; number++)
        {
            // A style no cell has still names its link until the styles are swept.
            used[Styles[number].Link] |= styles[number];
        }

        used[_pen().Pen.Link] = true;
        return used;
    }

    private IEnumerable<Row> UsedRows()
    {
        var rows = _rows.SelectMany(rows => rows());
        return Decoding is null ? rows : rows.Append(Decoding);
    }
}
