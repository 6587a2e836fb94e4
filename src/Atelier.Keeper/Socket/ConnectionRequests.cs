using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Socket;

/// <summary>Carries out what connections ask of the keeper, frame by frame.</summary>
internal sealed class ConnectionRequests(WorkerKeeper keeper, KeeperHello hello)
{
    private const int MaxCells = 1000;
    private const int MaxClientChars = 200;

    /// <summary>Serves a connection on which poll(2) saw something.</summary>
    public void Serve(Connection connection, short happened)
    {
        if ((happened & (LibC.PollIn | LibC.PollHangUp | LibC.PollError)) != 0)
        {
            Read(connection);
        }

        connection.Pump();
    }

    private void Read(Connection connection)
    {
        var outcome = connection.Incoming.ReadFrom(connection.Socket);
        try
        {
            while (!connection.IsClosing && connection.Incoming.TryTake(out var type, out var payload))
            {
                Take(connection, type, payload);
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException)
        {
            Refuse(connection, problem.Message);
        }

        if (outcome == ReadOutcome.Closed)
        {
            connection.Break();
        }
    }

    private void Take(Connection connection, KeeperFrameType type, ReadOnlySpan<byte> payload)
    {
        if (!connection.IsGreeted && type != KeeperFrameType.ClientHello)
        {
            throw new InvalidDataException("the first frame is not Hello");
        }

        switch (type)
        {
            case KeeperFrameType.ClientHello:
                Greet(connection, Parse(payload, KeeperJson.Default.ClientHello));
                break;
            case KeeperFrameType.Attach:
                Attach(connection, Parse(payload, KeeperJson.Default.AttachRequest));
                break;
            case KeeperFrameType.Input:
                TakeInput(connection, payload);
                break;
            case KeeperFrameType.Resize:
                var size = Parse(payload, KeeperJson.Default.ResizeRequest);
                keeper.Resize(Math.Clamp(size.Cols, 1, MaxCells), Math.Clamp(size.Rows, 1, MaxCells));
                break;
            case KeeperFrameType.Signal:
                SendSignal(Parse(payload, KeeperJson.Default.SignalRequest));
                break;
            case KeeperFrameType.Commit:
                keeper.Committed = Math.Max(keeper.Committed, Parse(payload, KeeperJson.Default.CommitRequest).Offset);
                break;
            case KeeperFrameType.CloseInput:
                keeper.Io.CloseInput();
                break;
            case KeeperFrameType.GetState:
                connection.Send(KeeperFrameType.State, keeper.State, KeeperJson.Default.KeeperState);
                break;
            default:
                break; // from a newer client: skipped, by rule KL2
        }
    }

    private void Greet(Connection connection, ClientHello greeting)
    {
        if (greeting.Client is { } client)
        {
            if (client.Length is 0 or > MaxClientChars)
            {
                throw new InvalidDataException($"a client name has 1 to {MaxClientChars} characters");
            }

            foreach (var older in keeper.Connections.Where(other => other != connection && other.Client == client && !other.IsClosing))
            {
                Refuse(older, "another connection has taken over this client's name");
            }
        }

        (connection.IsGreeted, connection.Client) = (true, greeting.Client);
        connection.Send(KeeperFrameType.KeeperHello, hello, KeeperJson.Default.KeeperHello);
    }

    private void Attach(Connection connection, AttachRequest request)
    {
        var log = request.Stream == WorkerOutput.Error
            ? keeper.Error ?? throw new InvalidDataException("a terminal has no error stream")
            : keeper.Output;
        var index = log.Index;
        var start = index.StartFor(request.From, request.Epoch, log.Oldest(), log.End);
        var (cols, rows) = index.SizeAt(start);
        connection.Attach(log, start, request.Mode);
        connection.Send(
            KeeperFrameType.Attached,
            new AttachedReply(
                start, index.EpochAt(start), log.End, cols, rows, connection.Client is { } client ? keeper.Ledger.Typed(client) : 0),
            KeeperJson.Default.AttachedReply);
        if (request.From is { } from && from != start)
        {
            connection.Send(KeeperFrameType.Gap, new GapNotice(from, start), KeeperJson.Default.GapNotice);
        }
    }

    private void TakeInput(Connection connection, ReadOnlySpan<byte> payload)
    {
        if (connection.Client is not { } client || payload.Length < sizeof(long))
        {
            throw new InvalidDataException(
                connection.Client is null ? "this connection did not say who types" : "an input without its number");
        }

        var sequence = BinaryPrimitives.ReadInt64BigEndian(payload);
        switch (keeper.Ledger.Take(client, sequence))
        {
            case InputDecision.Type:
                keeper.Input.Add(client, sequence, payload[sizeof(long)..]);
                keeper.WriteInput();
                break;
            case InputDecision.Acknowledge:
                connection.Send(KeeperFrameType.InputAck, sequence);
                break;
            case InputDecision.Refuse:
                connection.Send(
                    KeeperFrameType.InputRefused,
                    new InputRefusedNotice(keeper.Ledger.Expected(client), $"input {sequence} came before the ones it follows"),
                    KeeperJson.Default.InputRefusedNotice);
                break;
            default:
                break; // it waits, and is acknowledged when it is typed
        }
    }

    private void SendSignal(SignalRequest request)
    {
        var signal = Signals.Number(request.Signal);
        if (signal < 1)
        {
            throw new InvalidDataException($"there is no signal {request.Signal}");
        }

        _ = LibC.Kill(-keeper.Io.GroupOf(request.Target), signal);
    }

    private static void Refuse(Connection connection, string reason)
    {
        connection.Send(KeeperFrameType.Refused, new RefusedNotice(reason), KeeperJson.Default.RefusedNotice);
        connection.Close();
    }

    private static T Parse<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> json) =>
        JsonSerializer.Deserialize(payload, json) ?? throw new InvalidDataException("a frame that says null");
}
