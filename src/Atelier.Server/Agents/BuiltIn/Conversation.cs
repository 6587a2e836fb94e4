using System.Text;
using System.Text.Json;
using Atelier.Server.Agents.Turns;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>A step of a conversation with what belongs to it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Prompt">Content blocks of its turn's prompt.</param>
/// <param name="Said">What a given-up answer had said before somebody stopped it; null for any other.</param>
internal sealed record ToldStep(BuiltInStep Step, string Prompt, string? Said = null);

/// <summary>A conversation as a model is told of it; pure.</summary>
internal static class Conversation
{
    private const int MostOfResult = 2_000;
    private const int TokensOfImage = 1_600;
    private const int CharactersOfToken = 4;

    public static IReadOnlyList<ModelMessage> Messages(IReadOnlyList<ToldStep> steps, TurnId inFlight)
    {
        var messages = new List<ModelMessage>();
        for (var at = 0; at < steps.Count; at++)
        {
            switch (steps[at].Step)
            {
                case { Content: StepContent.Summary summary, State: StepState.Done } step:
                    AddPerson(messages, Opening(summary.Text, step.TurnId == inFlight ? steps[at].Prompt : null));
                    break;
                case { Content: StepContent.Prompt }:
                    AddPerson(messages, Blocks(steps[at].Prompt));
                    break;
                case { Content: StepContent.Answer { Parts.Count: > 0 } answer, State: StepState.Done }:
                    messages.Add(new ModelMessage.Model(answer.Parts));
                    break;
                case { Content: StepContent.Answer, State: StepState.GivenUp } when steps[at].Said is { Length: > 0 } said && IsAnsweredBy(steps, at):
                    messages.Add(new ModelMessage.Model([new AnswerPart.Text(said)]));
                    break;
                case { Content: StepContent.Call { Tool: { Result: { } result } call } }:
                    var one = new ToolResult(call.Id, result, call.IsError);
                    if (messages is [.., ModelMessage.Results results])
                    {
                        messages[^1] = new ModelMessage.Results([.. results.Of, one]);
                    }
                    else
                    {
                        messages.Add(new ModelMessage.Results([one]));
                    }

                    break;
            }
        }

        return messages;
    }

    /// <summary>Roughly how many tokens a prompt has.</summary>
    public static int Estimate(ModelPrompt prompt) => Tokens(prompt.System.Length) + prompt.Tools.Sum(tool => Tokens(tool.Description.Length + tool.Schema.ToJsonString().Length))
        + prompt.Messages.Sum(Estimate);

    /// <summary>The conversation as a text to be summed up: its end, as far as there is room.</summary>
    /// <param name="steps">Its steps.</param>
    /// <param name="most">Characters at most.</param>
    public static string Transcript(IReadOnlyList<ToldStep> steps, int most)
    {
        var said = new List<string>();
        foreach (var (step, prompt, _) in steps)
        {
            switch (step)
            {
                case { Content: StepContent.Summary { Text: { Length: > 0 } text } }:
                    said.Add($"Summary of what was before: {text}");
                    break;
                case { Content: StepContent.Prompt }:
                    said.Add($"Person: {PromptContent.TextOf(prompt)}");
                    break;
                case { Content: StepContent.Answer answer, State: StepState.Done }:
                    said.AddRange(answer.Parts.Select(part => part switch
                    {
                        AnswerPart.Text text => $"You: {text.Words}",
                        AnswerPart.Call call => $"You called {call.Name} with {Cut(call.Arguments)}",
                        _ => null,
                    }).OfType<string>());
                    break;
                case { Content: StepContent.Call { Tool: { Result: { } result } call } }:
                    said.Add($"Result of {call.Name}: {Cut(result)}");
                    break;
            }
        }

        var kept = new StringBuilder();
        foreach (var one in Enumerable.Reverse(said))
        {
            if (kept.Length + one.Length > most)
            {
                kept.Insert(0, kept.Length == 0 ? one.Ending(most) : "[what was before is left out]\n\n");
                break;
            }

            kept.Insert(0, $"{one}\n\n");
        }

        return kept.ToString().TrimEnd();
    }

    public static int Tokens(int characters) => (characters / CharactersOfToken) + 1;

    private static string Cut(string text) => text.Length <= MostOfResult ? text : $"{text.Beginning(MostOfResult / 2)}\n[…]\n{text.Ending(MostOfResult / 2)}";

    private static int Estimate(ModelMessage message) => message switch
    {
        ModelMessage.Person person => person.Content.Sum(one => one is ModelContent.Text text ? Tokens(text.Words.Length) : TokensOfImage),
        ModelMessage.Model model => model.Parts.Sum(part => part switch
        {
            AnswerPart.Text text => Tokens(text.Words.Length),
            AnswerPart.Thought thought => Tokens(thought.Words.Length),
            AnswerPart.Call call => Tokens(call.Name.Length + call.Arguments.Length),
            _ => 0,
        }),
        ModelMessage.Results results => results.Of.Sum(result => Tokens(result.Text.Length)),
        _ => 0,
    };

    /// <summary>Whether a person has gone on after what was said: only then is it part of the conversation.</summary>
    private static bool IsAnsweredBy(IReadOnlyList<ToldStep> steps, int at) => steps.Skip(at + 1).FirstOrDefault()?.Step.Content is StepContent.Prompt;

    private static void AddPerson(List<ModelMessage> messages, IReadOnlyList<ModelContent> content)
    {
        if (messages is [.., ModelMessage.Person before])
        {
            messages[^1] = new ModelMessage.Person([.. before.Content, .. content]);
        }
        else
        {
            messages.Add(new ModelMessage.Person(content));
        }
    }

    private static IReadOnlyList<ModelContent> Opening(string summary, string? prompt)
    {
        var before = new ModelContent.Text($"This conversation has become too long to be kept whole. What was said and done so far, summed up:\n\n{summary}");
        return prompt is null
            ? [before]
            : [before, new ModelContent.Text("The request that is being worked on, to the letter:"), .. Blocks(prompt), new ModelContent.Text("Go on with it where the summary ends.")];
    }

    private static IReadOnlyList<ModelContent> Blocks(string prompt)
    {
        using var blocks = JsonDocument.Parse(prompt);
        return [.. blocks.RootElement.EnumerateArray().Select(block =>
            block.Member("text")?.Text() is { Length: > 0 } text ? new ModelContent.Text(text)
            : block.Member("data")?.Text() is { } data && block.Member("mimeType")?.Text() is { } type ? new ModelContent.Image(type, data)
            : (ModelContent?)null).OfType<ModelContent>()];
    }
}
