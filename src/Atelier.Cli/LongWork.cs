using System.Text.Json;
using System.Threading.Channels;
using Atelier.Client.Api;
using Atelier.Client.News;

namespace Atelier.Cli;

/// <summary>Says how far something long has come, a line now and then, while a command waits for it.</summary>
/// <remarks>People read it on standard error; programs (<c>--json</c>) are told nothing but the result.</remarks>
internal sealed class LongWork(CommandRun run, Func<string, bool> isOurs)
{
    private const int PercentSteps = 10;
    private string? _said;

    /// <summary>Does the work, and says meanwhile what the news tell of it.</summary>
    public async Task<T> DoAsync<T>(Func<ChannelReader<NewsEvent>, Task<T>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = Channel.CreateUnbounded<NewsEvent>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listening = ListenAsync(news.Writer, first, stop.Token);
        await first.Task; // nothing of the work is missed
        try
        {
            return await work(news.Reader);
        }
        finally
        {
            await stop.CancelAsync();
            await listening;
        }
    }

    private async Task ListenAsync(ChannelWriter<NewsEvent> news, TaskCompletionSource first, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in run.Api.NewsAsync(cancellationToken))
            {
                first.TrySetResult();
                if (item.Name == "operation")
                {
                    Say(JsonDocument.Parse(item.Data).RootElement);
                }

                news.TryWrite(item);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or HttpRequestException or ProblemException)
        {
            // The work is done, or goes on unseen.
        }
        finally
        {
            first.TrySetResult();
            news.TryComplete();
        }
    }

    private void Say(JsonElement operation)
    {
        if (run.Output.IsJson || !isOurs(operation.GetProperty("operationId").GetString() ?? ""))
        {
            return;
        }

        var phase = operation.GetProperty("phase").GetString();
        var line = Number(operation, "total") is > 0 and var total && Number(operation, "completed") is { } completed
            ? $"{phase}: {completed * 100 / total / PercentSteps * PercentSteps} %"
            : phase;
        if (line is { Length: > 0 } && line != _said)
        {
            Console.Error.WriteLine(line);
            _said = line;
        }
    }

    private static long? Number(JsonElement operation, string name) =>
        operation.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
}
