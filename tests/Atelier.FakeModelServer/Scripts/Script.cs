using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Atelier.FakeModelServer.Scripts;

/// <summary>What the model does in answer to one prompt.</summary>
/// <remarks>
/// A script stands in the prompt itself, each step behind <c>%%</c>, or in a file, one step a line:
/// <code>
/// List the files. %% wait 2s %% run ls -l %% pace 20 %% say There are two of them.
/// Do what the file says. %% file long-answer
/// </code>
/// It can be long: every tool call ends one answer, and the request that brings the tool's result goes on behind it.
/// </remarks>
internal sealed partial record Script(string Text, ImmutableArray<ScriptStep> Steps)
{
    /// <summary>Finds the script in a prompt; null when there is none.</summary>
    /// <param name="prompt">One text of a person.</param>
    /// <param name="readFile">Gives the text of a script file by its name.</param>
    /// <exception cref="FormatException">A step is not understood.</exception>
    public static Script? In(string prompt, Func<string, string> readFile)
    {
        var parts = Marker().Split(prompt);
        if (parts.Length < 2)
        {
            return null;
        }

        var steps = parts.Skip(1).Select(part => part.Trim()).Where(part => part.Length > 0);
        return new Script(
            string.Join(" %% ", parts.Skip(1)),
            [.. steps.SelectMany(step => Parse(step, readFile))]);
    }

    /// <summary>The steps of the answer that comes after <paramref name="toolResults"/> results.</summary>
    public ImmutableArray<(int Index, ScriptStep Step)> AnswerAfter(int toolResults)
    {
        var at = 0;
        for (var seen = 0; at < Steps.Length && seen < toolResults; at++)
        {
            seen += Steps[at].IsToolCall ? 1 : 0;
        }

        var answer = ImmutableArray.CreateBuilder<(int, ScriptStep)>();
        for (var hasCalled = false; at < Steps.Length; at++)
        {
            if (hasCalled && !Steps[at].IsToolCall)
            {
                break;
            }

            hasCalled |= Steps[at].IsToolCall;
            answer.Add((at, Steps[at]));
        }

        return answer.ToImmutable();
    }

    private static IEnumerable<ScriptStep> Parse(string step, Func<string, string> readFile)
    {
        var (word, rest) = Head(step);
        if (word != "file")
        {
            return [One(word, rest)];
        }

        return readFile(rest)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .SelectMany(line => Parse(line, readFile));
    }

    private static ScriptStep One(string word, string rest) => word switch
    {
        "say" => new ScriptStep.Say(rest),
        "words" => new ScriptStep.Say(FillerText.Words(Number(rest))),
        "think" => new ScriptStep.Think(rest),
        "think-words" => new ScriptStep.Think(FillerText.Words(Number(rest))),
        "pace" => new ScriptStep.Pace(rest == "full" ? null : double.Parse(rest, CultureInfo.InvariantCulture)),
        "wait" => new ScriptStep.Wait(Duration(rest)),
        "wait-for" => new ScriptStep.WaitFor(rest),
        "call" => CallOf(rest),
        "broken-call" => new ScriptStep.BrokenCall(Head(rest).Word, Head(rest).After),
        "run" => new ScriptStep.Run(rest),
        "write" => new ScriptStep.Write(Head(rest).Word, Head(rest).After),
        "next" => new ScriptStep.Next(),
        "error" => new ScriptStep.Refuse(Number(Head(rest).Word), Times(Head(rest).After)),
        "overflow" => new ScriptStep.Overflow(Times(rest)),
        "cut" => new ScriptStep.Cut(Times(rest)),
        "usage" => new ScriptStep.Usage(Number(Head(rest).Word), Number(Head(rest).After)),
        _ => throw new FormatException($"The script step '{word}' is not known."),
    };

    private static ScriptStep.Call CallOf(string rest)
    {
        var (tool, arguments) = Head(rest);
        try
        {
            return new ScriptStep.Call(tool, JsonNode.Parse(arguments.Length == 0 ? "{}" : arguments)!.AsObject());
        }
        catch (Exception notAnObject) when (notAnObject is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The arguments of the call to '{tool}' are not a JSON object.", notAnObject);
        }
    }

    private static (string Word, string After) Head(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Times(string text) => text.Length == 0 ? 1 : Number(text);

    private static TimeSpan Duration(string text) => text switch
    {
        [.. var number, 'm', 's'] => TimeSpan.FromMilliseconds(Number(number)),
        [.. var number, 's'] => TimeSpan.FromSeconds(double.Parse(number, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"'{text}' is not a duration such as 500ms or 2s."),
    };

    [GeneratedRegex(@"(?:^|\s)%%(?:\s|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}
