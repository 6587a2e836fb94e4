using Npgsql;

namespace Atelier.Server.News;

/// <summary>Rings when there is news: one listening connection for this node, and a look every few seconds in case a ring was missed.</summary>
internal sealed partial class NewsBell(NpgsqlDataSource database, NewsStore store, TimeProvider clock, ILogger<NewsBell> logger) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);
    private const int LooksPerTrim = 120;

    private readonly Lock _ringing = new();
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it rings next; ask for it before looking.</summary>
    public Task Rung
    {
        get
        {
            lock (_ringing)
            {
                return _rung.Task;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var looks = 0; !stoppingToken.IsCancellationRequested; looks++)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, _) => Ring();
                await using (var listen = new NpgsqlCommand("listen atelier_news", connection))
                {
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                }

                Ring();
                while (true)
                {
                    if (!await connection.WaitAsync(s_look, stoppingToken))
                    {
                        Ring();
                        if (++looks % LooksPerTrim == 0)
                        {
                            await store.TrimAsync(stoppingToken);
                        }
                    }
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return; // the server ends, or never came up
            }
            catch (NpgsqlException away) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(away.Message);
                await Task.WhenAny(Task.Delay(s_again, clock, stoppingToken));
            }
            catch (NpgsqlException)
            {
                return; // as above
            }
        }
    }

    private void Ring()
    {
        TaskCompletionSource rung;
        lock (_ringing)
        {
            rung = _rung;
            _rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        rung.TrySetResult();
    }

    [LoggerMessage(LogLevel.Warning, "News cannot be heard just now: {Reason}")]
    private partial void LogAway(string reason);
}
