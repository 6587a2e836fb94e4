using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>What one instrument has measured, by its tags.</summary>
/// <remarks>
/// <code>
/// # TYPE http_server_request_duration_seconds histogram
/// http_server_request_duration_seconds_bucket{http_route="/api/me",le="0.005"} 17
/// </code>
/// </remarks>
internal sealed class MetricSeries(Instrument instrument)
{
    private const int MaxSeries = 1_000;
    private static readonly double[] s_bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private readonly Dictionary<string, Measured> _measured = new(StringComparer.Ordinal);
    private readonly string _kind = KindOf(instrument);

    public string Name { get; } = NameOf(instrument);

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        if (!_measured.TryGetValue(labels, out var measured))
        {
            // Whoever tags with something unbounded must not fill the memory.
            if (_measured.Count >= MaxSeries)
            {
                return;
            }

            _measured[labels] = measured = new Measured();
        }

        measured.Count++;
        measured.Value = instrument.IsObservable || _kind == "gauge" && !IsUpDown() ? value : measured.Value + value;
        if (_kind == "histogram")
        {
            var bucket = Array.FindIndex(s_bounds, bound => value <= bound);
            measured.Buckets[bucket < 0 ? s_bounds.Length : bucket]++;
        }
    }

    public void WriteTo(TextWriter output)
    {
        if (_measured.Count == 0)
        {
            return;
        }

        output.Write($"# TYPE {Name} {_kind}\n");
        foreach (var (labels, measured) in _measured)
        {
            if (_kind == "histogram")
            {
                WriteHistogram(output, labels, measured);
            }
            else
            {
                output.Write($"{Name}{Braces(labels)} {Number(measured.Value)}\n");
            }
        }
    }

    private void WriteHistogram(TextWriter output, string labels, Measured measured)
    {
        var separator = labels.Length > 0 ? "," : "";
        var sum = 0L;
        for (var bucket = 0; bucket <= s_bounds.Length; bucket++)
        {
            sum += measured.Buckets[bucket];
            var bound = bucket == s_bounds.Length ? "+Inf" : Number(s_bounds[bucket]);
            output.Write($"{Name}_bucket{{{labels}{separator}le=\"{bound}\"}} {sum}\n");
        }

        output.Write($"{Name}_sum{Braces(labels)} {Number(measured.Value)}\n");
        output.Write($"{Name}_count{Braces(labels)} {measured.Count}\n");
    }

    private bool IsUpDown() => instrument.GetType().Name.StartsWith("UpDownCounter", StringComparison.Ordinal);

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        if (type.StartsWith("Histogram", StringComparison.Ordinal))
        {
            return "histogram";
        }

        return type.StartsWith("Counter", StringComparison.Ordinal)
            || type.StartsWith("ObservableCounter", StringComparison.Ordinal)
            ? "counter"
            : "gauge";
    }

    private static string NameOf(Instrument instrument)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var total = KindOf(instrument) == "counter" ? "_total" : "";
        return name + unit + total;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Append(labels.Length > 0 ? "," : "").Append(Clean(name)).Append("=\"").Append(text).Append('"');
        }

        return labels.ToString();
    }

    private static string Clean(string name) =>
        string.Create(name.Length, name, (text, from) =>
        {
            for (var index = 0; index < text.Length; index++)
            {
                text[index] = char.IsAsciiLetterOrDigit(from[index]) ? from[index] : '_';
            }
        });

    private static string Braces(string labels) => labels.Length > 0 ? $"{{{labels}}}" : "";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Measured
    {
        public double Value { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[s_bounds.Length + 1];
    }
}
