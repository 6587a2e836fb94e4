using Atelier.Server.Agents.Context;
using Atelier.Server.ModelProviders;
using Atelier.Server.ModelProviders.Asking;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>What built-in threads need of the server around them.</summary>
internal sealed class BuiltInSurroundings(
    NpgsqlDataSource database,
    KnownModels models,
    ModelClient client,
    AgentContexts contexts,
    IOptions<BuiltInOptions> options,
    IOptions<ModelProvidersOptions> asking)
{
    public KnownModels Models { get; } = models;

    public ModelClient Client { get; } = client;

    public AgentContexts Contexts { get; } = contexts;

    public BuiltInOptions Options { get; } = options.Value;

    public RetryRule Retries { get; } = new(asking.Value.MostTries, asking.Value.FirstPause, asking.Value.LongestPause);

    /// <summary>A conversation, from what was summed up last.</summary>
    public async Task<IReadOnlyList<ToldStep>> ConversationAsync(WorkSessions.WorkSessionId workSession, CancellationToken cancellationToken)
    {
        var told = new List<ToldStep>();
        foreach (var (step, prompt) in await BuiltInRows.ConversationAsync(database, workSession, cancellationToken))
        {
            var isStopped = step is { State: StepState.GivenUp, Content: StepContent.Answer, HasSpoken: true };
            told.Add(new ToldStep(step, prompt, isStopped ? await Contexts.SaidAsync(step.TurnId, step.MessageId, cancellationToken) : null));
        }

        return told;
    }
}
