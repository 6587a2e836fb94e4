using System.Diagnostics.Metrics;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>The server's own meter, and all that the meters in this process have measured since it started.</summary>
internal sealed class Metrics : IDisposable
{
    public const string MeterName = "Atelier.Server";
    private static readonly HashSet<string> s_meters = new(StringComparer.Ordinal)
    {
        MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    };

    private readonly MeterListener _listener = new();
    private readonly Dictionary<Instrument, MetricSeries> _series = [];
    private readonly Lock _lock = new();

    public Metrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (s_meters.Contains(instrument.Meter.Name))
            {
                lock (_lock)
                {
                    _series[instrument] = new MetricSeries(instrument);
                }

                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(
            (instrument, value, tags, _) => Add(instrument, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Writes everything in the text format that Prometheus reads.</summary>
    public void WriteTo(TextWriter output)
    {
        _listener.RecordObservableInstruments();
        lock (_lock)
        {
            foreach (var series in _series.Values.OrderBy(series => series.Name, StringComparer.Ordinal))
            {
                series.WriteTo(output);
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            _series[instrument].Add(value, tags);
        }
    }
}
