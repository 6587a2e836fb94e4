using Atelier.Protocol.Layout;
using Atelier.Server.Infrastructure.Processes;
using Npgsql;

namespace Atelier.Server.Infrastructure.Database;

/// <summary>The PostgreSQL of our own under the data folder.</summary>
/// <remarks>
/// It runs in a session of its own. A server that is killed leaves it running, and the next server takes it over; a
/// server that stops in order stops it too. When it dies it is started again at once. Whoever asks the database
/// meanwhile gets an error that says "try again".
/// </remarks>
internal sealed partial class PrivatePostgres(
    DataFolder data, string binariesPath, TimeProvider clock, ILogger<PrivatePostgres> log) : IAsyncDisposable
{
    private const long MaxLogBytes = 10 << 20;
    private static readonly TimeSpan s_startPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_leftoverPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_knock = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource _stop = new();
    private readonly PostgresFolder _folder = new(data);
    private PostgresBinaries? _binaries;
    private SystemUser? _user;
    private Postmaster? _postmaster;
    private Task _watching = Task.CompletedTask;

    /// <summary>Process id of the postmaster; null when it is not running in this moment.</summary>
    public int? Pid => _postmaster is { IsAlive: true } postmaster ? postmaster.Pid : null;

    /// <summary>How it is reached, before it runs and after.</summary>
    public static string ConnectionString(DataFolder data, string database = PostgresFolder.Name) => new NpgsqlConnectionStringBuilder
    {
        Host = new PostgresFolder(data).Sockets,
        Username = PostgresFolder.Name,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <summary>Takes over the one that runs, or starts one; returns when it answers.</summary>
    /// <exception cref="StartProblemException">
    /// The folder is somebody else's, of another version, or cannot be written.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _user = await PostgresUser.FindAsync(cancellationToken);
        _binaries = await PostgresBinaries.OpenAsync(binariesPath, data, _user, cancellationToken);
        await _folder.PrepareAsync(_binaries, _user, cancellationToken);
        _postmaster = await TakeOverAsync(cancellationToken) ?? await LaunchPatientlyAsync(cancellationToken);
        await MakeDatabaseAsync(cancellationToken);
        _watching = WatchAsync(_stop.Token);
    }

    /// <summary>Stops it in order: open transactions are rolled back, everything is written.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _watching;
        if (_postmaster is { } postmaster)
        {
            await StopAsync(postmaster, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task<Postmaster?> TakeOverAsync(CancellationToken cancellationToken)
    {
        switch (Postmaster.Find(_folder.Path))
        {
            case null:
                return null;
            case { IsOurs: false } foreign:
                throw new StartProblemException(
                    $"{_folder.Path} is in use by a PostgreSQL that somebody else started (process {foreign.Pid}). "
                    + "Stop it, or choose another data folder.");
            case var running when running.SocketFolder == _folder.Sockets && await AnswersAsync(running, cancellationToken):
                LogTakenOver(running.Pid);
                return running;
            case var running:
                // Left by a server that had another runtime folder; its socket is not where ours would look.
                await StopAsync(running, cancellationToken);
                return null;
        }
    }

    // What a killed one leaves behind may hold its shared memory for a moment.
    private async Task<Postmaster> LaunchPatientlyAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            if (await LaunchAsync(cancellationToken) is { } postmaster)
            {
                return postmaster;
            }

            if (clock.GetElapsedTime(began) > s_leftoverPatience)
            {
                throw new StartProblemException($"PostgreSQL did not start on {_folder.Path}: {LastWords()}");
            }

            await Task.Delay(s_look, clock, cancellationToken);
        }
    }

    private async Task<Postmaster?> LaunchAsync(CancellationToken cancellationToken)
    {
        RotateLog();
        var settings = PostgresSettings.For(_folder).SelectMany(setting => new[] { "-c", setting });
        using var process = DetachedProcess.Start(
            [.. PostgresUser.Prefix(_user), _binaries!.Postgres, "-D", _folder.Path, .. settings],
            _folder.LogFile,
            new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["LC_ALL"] = "C" });
        if (ProcessIdentity.StartTime(process.Id) is not { } startTime)
        {
            return null;
        }

        var postmaster = new Postmaster(process.Id, startTime, _folder.Sockets, IsOurs: true);
        if (!await AnswersAsync(postmaster, cancellationToken))
        {
            return null;
        }

        LogStarted(postmaster.Pid);
        return postmaster;
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(s_look, clock);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (_postmaster is { IsAlive: true })
                {
                    continue;
                }

                LogDied();
                _postmaster = null;
                _postmaster = await LaunchAsync(cancellationToken);
                if (_postmaster is null)
                {
                    LogNotStarted(LastWords());
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // We are stopping.
        }
    }

    /// <summary>Waits until it takes connections; false when it ends instead.</summary>
    private async Task<bool> AnswersAsync(Postmaster postmaster, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (postmaster.IsAlive && clock.GetElapsedTime(began) < s_startPatience)
        {
            try
            {
                await using var connection = new NpgsqlConnection(
                    $"{ConnectionString(data, "postgres")};Pooling=false;Timeout=5");
                await connection.OpenAsync(cancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(s_knock, clock, cancellationToken);
            }
        }

        return false;
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString(data, "postgres")};Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection)
        {
            Parameters = { new() { Value = PostgresFolder.Name } },
        };
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"create database {PostgresFolder.Name}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task StopAsync(Postmaster postmaster, CancellationToken cancellationToken)
    {
        Signals.SendInterrupt(postmaster.Pid);
        var began = clock.GetTimestamp();
        while (postmaster.IsAlive)
        {
            if (clock.GetElapsedTime(began) > s_stopPatience)
            {
                LogStillStopping(postmaster.Pid);
                return;
            }

            await Task.Delay(s_knock, clock, cancellationToken);
        }

        LogStopped(postmaster.Pid);
    }

    private void RotateLog()
    {
        if (new FileInfo(_folder.LogFile) is { Exists: true, Length: > MaxLogBytes })
        {
            File.Move(_folder.LogFile, $"{_folder.LogFile}.1", overwrite: true);
        }
    }

    private string LastWords() => File.Exists(_folder.LogFile)
        ? string.Join(' ', File.ReadLines(_folder.LogFile).TakeLast(3))
        : "it said nothing.";

    [LoggerMessage(LogLevel.Information, "PostgreSQL started, process {Pid}")]
    private partial void LogStarted(int pid);

    [LoggerMessage(LogLevel.Information, "PostgreSQL was running, process {Pid}; taken over")]
    private partial void LogTakenOver(int pid);

    [LoggerMessage(LogLevel.Information, "PostgreSQL stopped, process {Pid}")]
    private partial void LogStopped(int pid);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL died; starting it again")]
    private partial void LogDied();

    [LoggerMessage(LogLevel.Error, "PostgreSQL does not start; trying again. It said: {LastWords}")]
    private partial void LogNotStarted(string lastWords);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL is still stopping, process {Pid}; left alone")]
    private partial void LogStillStopping(int pid);
}
