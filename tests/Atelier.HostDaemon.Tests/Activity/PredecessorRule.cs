using System.Text.RegularExpressions;
using Atelier.TestKit.Recordings;

namespace Atelier.HostDaemon.Tests.Activity;

/// <summary>
/// The way that is commonly used, to compare with: how many chunks of output come in two seconds, and patterns on the last
/// characters of the output without its escape sequences.
/// </summary>
internal sealed partial class PredecessorRule
{
    private const int ActiveChunks = 20;
    private const double Window = 2.0;
    private const double AskingAfter = 0.3;
    private const double TypingLasts = 5.0;
    private const int KeptCharacters = 1000;
    private const int TestedCharacters = 500;

    private static readonly string[] s_patterns =
    [
        @"Enter to select.*to navigate.*Esc to cancel", @"Esc to cancel.*Tab to add", @"Do you want to.*\?", @"\[y\].*\[n\]",
        @"\[a\].*always", @"Allow.*\?", @"\[A\].*\[B\]", @"\[1\].*\[2\]", @"❯\s+\d+\.\s", @"╰─+╯\s*>\s*$",
    ];

    private static readonly Regex[] s_plain = [.. s_patterns.Select(Compiled)];
    private static readonly Regex[] s_squeezed =
        [.. s_patterns.Select(pattern => Compiled(Regex.Replace(pattern, @"\\s[+*]?| ", "", RegexOptions.None, TimeSpan.FromSeconds(1))))];

    private readonly Queue<double> _chunks = [];
    private readonly List<(double, string)> _verdicts = [];
    private string _text = "";
    private string _state = "idle";
    private double _lastOutput;
    private double _lastText = double.MaxValue;
    private double _typingUntil;
    private bool _rateIsOff;

    public static List<(double At, string State)> Over(AgentRecording recording)
    {
        var rule = new PredecessorRule();
        rule._verdicts.Add((0, "idle"));
        var events = new Queue<RecordedEvent>(recording.Events());
        for (var at = 0.0; at < recording.Seconds; at += 0.05)
        {
            while (events.TryPeek(out var next) && next.At <= at)
            {
                rule.After(events.Dequeue());
            }

            rule.AfterTime(at);
        }

        return rule._verdicts;
    }

    private static Regex Compiled(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));

    private void After(RecordedEvent happened)
    {
        switch (happened)
        {
            case RecordedEvent.Output output:
                AfterOutput(output);
                break;
            case RecordedEvent.Input { Data: "\u001b[I" or "\u001b[O" }:
                break;
            case RecordedEvent.Input input when input.Data.Contains('\r', StringComparison.Ordinal) || input.Data == "\u001b":
                _chunks.Clear();
                _text = "";
                _rateIsOff = false;
                _typingUntil = 0;
                Become(input.At, "idle");
                break;
            case RecordedEvent.Input input:
                _typingUntil = input.At + TypingLasts;
                break;
        }
    }

    private void AfterOutput(RecordedEvent.Output output)
    {
        var text = Blanks().Replace(Escapes().Replace(output.Data, ""), " ");
        _lastOutput = output.At;
        if (text.Length > 0)
        {
            _text = (_text + text)[^Math.Min(KeptCharacters, _text.Length + text.Length)..];
            _lastText = output.At;
        }

        _chunks.Enqueue(output.At);
        while (_chunks.Peek() < output.At - Window)
        {
            _chunks.Dequeue();
        }

        if (_chunks.Count >= ActiveChunks && !_rateIsOff && output.At >= _typingUntil)
        {
            Become(output.At, "active");
        }
    }

    private void AfterTime(double at)
    {
        if (at - _lastText >= AskingAfter)
        {
            _lastText = double.MaxValue;
            var tested = _text[^Math.Min(TestedCharacters, _text.Length)..];
            var squeezed = tested.Replace(" ", "", StringComparison.Ordinal);
            if (s_plain.Any(pattern => pattern.IsMatch(tested)) || s_squeezed.Any(pattern => pattern.IsMatch(squeezed)))
            {
                _chunks.Clear();
                _rateIsOff = true;
                Become(at, "asking");
            }
            else if (_state == "asking")
            {
                Become(at, "idle");
            }
        }

        if (_state == "active" && at - _lastOutput >= Window + 0.1)
        {
            Become(at, "idle");
        }
    }

    private void Become(double at, string state)
    {
        if (_state != state)
        {
            _state = state;
            _verdicts.Add((at, state));
        }
    }

    [GeneratedRegex(@"\x1B(?:[@-Z\\-_]|\[[0-?]{0,16}[ -/]{0,4}[@-~])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escapes();

    [GeneratedRegex(@"[ \t]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
