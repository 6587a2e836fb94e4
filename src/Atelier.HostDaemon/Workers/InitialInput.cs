using System.Net.Sockets;
using System.Text;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers;

/// <summary>Types a worker's first input once its program is ready: it has printed something and then fallen quiet.</summary>
/// <remarks>It types as a client of its own, so that a daemon which is killed and does it again types nothing twice (KL6).</remarks>
internal static class InitialInput
{
    private const string Client = "atelier-initial-input";

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    // A program that reads a line and its end in one go takes it for a paste, and does not send it off.
    private static readonly TimeSpan s_beforeEnter = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits and types; true when it is done with, typed or not.</summary>
    /// <param name="keeper">Who takes it.</param>
    /// <param name="text">What to type, without the Enter at its end.</param>
    /// <param name="takesPastes">Whether the program has asked for pastes to be marked as such.</param>
    /// <param name="surroundings">The daemon around it.</param>
    /// <param name="cancellationToken">Ends it; the next daemon goes on with it.</param>
    public static async Task<bool> TypeAsync(
        KeeperRecord keeper,
        string text,
        Func<CancellationToken, Task<bool>> takesPastes,
        WorkerSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await KeeperConnection.OpenAsync(keeper.Socket, Client, cancellationToken);
            await connection.AttachAsync(
                new AttachRequest(WorkerOutput.Output, From: null, Epoch: null, AttachMode.Progress), cancellationToken);
            var acknowledged = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var quiet = new QuietAfterOutput(surroundings.Time);
            var reading = ReadAsync(connection, quiet, acknowledged, surroundings, cancellationToken);
            await Task.WhenAny(quiet.WaitAsync(s_quiet, s_patience, cancellationToken), reading);
            if (!reading.IsCompleted)
            {
                // Several lines are one message only where the program knows them as a paste.
                var typed = await takesPastes(cancellationToken) ? $"\e[200~{text}\e[201~" : text;
                await connection.TypeAsync(1, Encoding.UTF8.GetBytes(typed), cancellationToken);
                await Task.Delay(s_beforeEnter, surroundings.Time, cancellationToken);
                await connection.TypeAsync(2, "\r"u8.ToArray(), cancellationToken);
                await Task.WhenAny(acknowledged.Task, reading);
            }

            return true;   // the process ended
        }
        catch (Exception gone) when (gone is IOException or InvalidDataException or SocketException)
        {
            WorkerLog.InputNotTyped(surroundings.Logger, keeper.WorkerId, gone.Message);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;   // the next daemon goes on with it
        }
    }

    private static async Task ReadAsync(
        KeeperConnection connection,
        QuietAfterOutput quiet,
        TaskCompletionSource<bool> acknowledged,
        WorkerSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        try
        {
            while (await connection.ReadAsync(cancellationToken) is { } frame)
            {
                switch (frame.Type)
                {
                    case KeeperFrameType.Attached when frame.Read(KeeperJson.Default.AttachedReply) is { } attached
                        && attached.End > attached.Offset:
                    case KeeperFrameType.Progress:
                        quiet.Heard();
                        break;
                    case KeeperFrameType.InputAck when frame.Number >= 2:
                        acknowledged.TrySetResult(true);
                        break;
                    case KeeperFrameType.InputRefused:
                        var refused = frame.Read(KeeperJson.Default.InputRefusedNotice);
                        WorkerLog.InputNotTyped(surroundings.Logger, connection.Hello.WorkerId, refused.Reason);
                        acknowledged.TrySetResult(false);
                        break;
                    case KeeperFrameType.Exited:
                        return;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or InvalidDataException or ObjectDisposedException or OperationCanceledException)
        {
            // Nobody is left to type to.
        }
    }
}

/// <summary>Says when something has been printing and then has been quiet for a while.</summary>
internal sealed class QuietAfterOutput(TimeProvider time)
{
    private long _lastHeard;

    public void Heard() => Interlocked.Exchange(ref _lastHeard, time.GetTimestamp());

    /// <summary>Waits for that, or until patience is over.</summary>
    public async Task WaitAsync(TimeSpan quiet, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < patience)
        {
            var heard = Interlocked.Read(ref _lastHeard);
            var left = heard == 0 ? quiet : quiet - time.GetElapsedTime(heard);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, time, cancellationToken);
        }
    }
}
