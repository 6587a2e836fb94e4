using System.Threading.Channels;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.ModelProviders;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Asks a model for a step until it has come, or is not wanted any more; what comes is stored before anybody is told.</summary>
/// <remarks>It remembers nothing that matters: killed in the middle, the step is asked for again, as another try.</remarks>
internal sealed class ModelAsking(AgentOwner owner, AgentSurroundings around)
{
    private const string NoProvider = "There is no model provider. An administrator adds one in the settings, under Models.";

    private BuiltInSurroundings BuiltIn => around.BuiltIn;

    public async Task RunAsync(BuiltInErrand errand, CancellationToken cancellationToken)
    {
        while (await ChangeAsync(change => AnswerRules.Begin(change, errand.WorkSession, errand.Step), cancellationToken) is { } of)
        {
            var mayBeSummedUp = false;
            TimeSpan? pause;
            try
            {
                var provider = await ProviderOfAsync(errand.WorkSession, cancellationToken);
                var steps = await BuiltIn.ConversationAsync(errand.WorkSession, cancellationToken);
                if (errand is BuiltInErrand.SumUp)
                {
                    await SumUpAsync(of, provider, steps, cancellationToken);
                    return;
                }

                mayBeSummedUp = steps.Any(told => told.Step.State == StepState.Done && told.Step.Content is StepContent.Answer or StepContent.Call);
                await AnswerAsync(of, provider, steps, mayBeSummedUp, cancellationToken);
                return;
            }
            catch (ModelException problem)
            {
                var isPossible = mayBeSummedUp;
                pause = await ChangeAsync(change => AnswerRules.Failed(change, of, problem, BuiltIn.Retries, isPossible, NewStep), cancellationToken);
            }

            if (pause is not { } time)
            {
                return;
            }

            await Task.Delay(time, around.Clock, cancellationToken);
        }
    }

    private async Task<ModelProvider> ProviderOfAsync(WorkSessionId workSession, CancellationToken cancellationToken) =>
        await BuiltIn.Models.FindAsync(owner.Current.BuiltInOf(workSession)?.ProviderId, cancellationToken) ?? throw new ModelException(ModelProblemKind.Lasting, NoProvider);

    private async Task AnswerAsync(ModelTry of, ModelProvider provider, IReadOnlyList<ToldStep> steps, bool mayBeSummedUp, CancellationToken cancellationToken)
    {
        var agent = owner.Current;
        if (agent.Find(of.WorkSession) is not { } workSession || agent.InFlight(of.WorkSession) is not { } turn)
        {
            return;
        }

        var prompt = BuiltInPrompts.ForAnswer(agent, workSession, Conversation.Messages(steps, turn.Id));
        var estimated = Conversation.Estimate(prompt);
        if (mayBeSummedUp && BuiltInPrompts.IsTooLong(estimated, provider))
        {
            await ChangeAsync(change => AnswerRules.TooLong(change, of, NewStep), cancellationToken);
            return;
        }

        if (await StreamAsync(of, provider, prompt, texts => ChangeAsync(change => AnswerRules.Said(change, of, texts), cancellationToken), cancellationToken) is { } answer)
        {
            await ChangeAsync(change => AnswerRules.Answered(change, of, answer, provider.ContextTokens, estimated, NewStep), cancellationToken);
        }
    }

    private async Task SumUpAsync(ModelTry of, ModelProvider provider, IReadOnlyList<ToldStep> steps, CancellationToken cancellationToken)
    {
        var failures = owner.Current.BuiltInOf(of.WorkSession)?.Find(of.Step)?.Failures ?? 0;
        var prompt = BuiltInPrompts.ForSummary(Conversation.Transcript(steps, BuiltInPrompts.MostOfTranscript(provider, failures)));
        if (await StreamAsync(of, provider, prompt, _ => Task.FromResult(true), cancellationToken) is { } answer)
        {
            if (!answer.Parts.OfType<AnswerPart.Text>().Any())
            {
                throw new ModelException(ModelProblemKind.Passing, "The model gave no summary.");
            }

            await ChangeAsync(change => AnswerRules.SummedUp(change, of, answer, provider.ContextTokens, Conversation.Estimate(prompt)), cancellationToken);
        }
    }

    /// <summary>Asks once. Text that comes within a short time is handed on together.</summary>
    /// <returns>The answer; null when it is not wanted any more.</returns>
    private async Task<ModelAnswer?> StreamAsync(
        ModelTry of, ModelProvider provider, ModelPrompt prompt, Func<IReadOnlyList<StreamedText>, Task<bool>> say, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pieces = Channel.CreateBounded<ModelPiece>(new BoundedChannelOptions(1_000) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(provider, prompt, pieces.Writer, stop.Token);
        try
        {
            var texts = new List<StreamedText>();
            while (await WaitAsync(pieces.Reader))
            {
                ModelAnswer? whole = null;
                while (pieces.Reader.TryRead(out var piece))
                {
                    whole = piece is ModelPiece.Whole { Answer: var answer } ? answer : whole;
                    Gather(texts, piece);
                }

                if (texts.Count > 0 && !await say(texts))
                {
                    return null;
                }

                texts.Clear();
                if (whole is not null)
                {
                    return whole;
                }

                await Task.WhenAny(reading, Task.Delay(BuiltIn.Options.GatherFor, around.Clock, stop.Token));
            }

            await reading; // says why it ended
            return null;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ModelProvider provider, ModelPrompt prompt, ChannelWriter<ModelPiece> pieces, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var piece in BuiltIn.Client.AskAsync(provider, prompt, cancellationToken))
            {
                await pieces.WriteAsync(piece, cancellationToken);
            }
        }
        finally
        {
            pieces.Complete();
        }
    }

    private static async Task<bool> WaitAsync(ChannelReader<ModelPiece> pieces) => await pieces.WaitToReadAsync(CancellationToken.None);

    private static void Gather(List<StreamedText> texts, ModelPiece piece)
    {
        var next = piece switch
        {
            ModelPiece.Said said => new StreamedText(IsThought: false, said.Words),
            ModelPiece.Thought thought => new StreamedText(IsThought: true, thought.Words),
            _ => null,
        };
        if (next is null)
        {
            return;
        }

        if (texts is [.., var last] && last.IsThought == next.IsThought)
        {
            texts[^1] = last with { Words = last.Words + next.Words };
        }
        else
        {
            texts.Add(next);
        }
    }

    private StepId NewStep() => StepId.New(around.Clock);

    private Task<T?> ChangeAsync<T>(Func<AgentChange, T?> decide, CancellationToken cancellationToken) => owner.ChangeAsync(decide, otherwise: default, cancellationToken);
}
