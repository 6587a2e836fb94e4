using System.Globalization;

namespace Atelier.Scenarios.Keepers;

/// <summary>Figures of several rounds: the median, and the least and the most.</summary>
internal sealed class Spread
{
    private readonly List<double> _figures = [];

    public void Add(double figure) => _figures.Add(figure);

    public override string ToString()
    {
        var sorted = _figures.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.00} ({sorted[0]:0.00} to {sorted[^1]:0.00})");
    }
}
