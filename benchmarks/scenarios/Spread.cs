using System.Globalization;

namespace Atelier.Scenarios;

/// <summary>Figures of several rounds: the median, and the least and the most.</summary>
internal sealed class Spread
{
    private readonly List<double> _figures = [];

    public double Median => _figures.Order().ElementAt(_figures.Count / 2);

    public void Add(double figure) => _figures.Add(figure);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({_figures.Min():0.00} to {_figures.Max():0.00})");
}
