using System.Buffers.Binary;
using Atelier.Keeper.Input;
using Atelier.Keeper.Json;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Socket;

/// <summary>What clients ask for, frame by frame: read, checked, and passed to the worker (KL1, KL2).</summary>
internal sealed class Requests(HeldWorker worker)
{
    private const int MaxSize = 1000;
    private const int MaxClientName = 256;

    private static readonly string[] s_abilities = [KeeperProtocol.InputPartsAbility];

    /// <summary>Handles every whole frame that a connection has sent, up to one that has to wait.</summary>
    public void HandleAll(Connection connection, long now)
    {
        try
        {
            while (connection.CloseAt is null && connection.Received.TryPeek(out var type, out var payload))
            {
                connection.IsRequestWaiting = !TryHandle(connection, type, payload, now);
                if (connection.IsRequestWaiting)
                {
                    return;
                }

                connection.Received.Drop(payload.Length);
            }
        }
        catch (BrokenProtocolException broken)
        {
            connection.Refuse(broken.Message, now);
        }
    }

    /// <summary>Whether what a connection is made to wait for has come.</summary>
    public bool CanGoOn(Connection connection) =>
        connection.IsRequestWaiting && (connection.IsMoving ? connection.Feed is not { Frame.IsOpen: true } : worker.Input.HasRoom);

    /// <summary>Handles one frame; false when it has to wait: input for a program that takes none, or a stream to move amid a frame.</summary>
    private bool TryHandle(Connection connection, KeeperFrameType type, ReadOnlySpan<byte> payload, long now)
    {
        if (!connection.IsGreeted)
        {
            if (type != KeeperFrameType.ClientHello)
            {
                throw new BrokenProtocolException("The first frame has to be a hello.");
            }

            Greet(connection, Read(payload, MessageReader.Hello), now);
            return true;
        }

        switch (type)
        {
            case KeeperFrameType.Input:
                return TryType(connection, payload);
            case KeeperFrameType.InputPart:
                return TryTakePart(connection, payload);
            case KeeperFrameType.Attach:
                return TryAttach(connection, Read(payload, MessageReader.Attach));
            case KeeperFrameType.Resize:
                Resize(Read(payload, MessageReader.Resize));
                return true;
            case KeeperFrameType.Signal:
                Signal(Read(payload, MessageReader.Signal));
                return true;
            case KeeperFrameType.Commit:
                worker.Output.Commit(Read(payload, MessageReader.Commit).Offset);
                return true;
            case KeeperFrameType.CloseInput:
                Require(worker.Error is not null, "A terminal's input cannot be closed.");
                worker.Input.CloseWhenEmpty();
                return true;
            case KeeperFrameType.GetState:
                connection.Send(MessageWriter.Frame(worker.State()));
                return true;
            case KeeperFrameType.ClientHello:
                throw new BrokenProtocolException("A second hello came.");
            default:
                return true;
        }
    }

    private static T Read<T>(ReadOnlySpan<byte> payload, Func<JsonObject, T> read)
        where T : class
    {
        try
        {
            return read(JsonObject.Parse(payload));
        }
        catch (FormatException notJson)
        {
            throw new BrokenProtocolException($"A frame is not what its type says: {notJson.Message}");
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new BrokenProtocolException(otherwise);
        }
    }

    private void Greet(Connection connection, ClientHello hello, long now)
    {
        Require(hello.Client is null or { Length: > 0 and <= MaxClientName }, "A client's name has 1 to 256 characters.");
        connection.IsGreeted = true;
        if (hello.Client is { } name)
        {
            connection.Typist = worker.Typists.Enter(name, connection, now);
        }

        connection.Send(MessageWriter.Frame(worker.Hello(s_abilities)));
    }

    private bool TryType(Connection connection, ReadOnlySpan<byte> payload)
    {
        var typist = TypistOf(connection, payload);
        if (!worker.Input.HasRoom)
        {
            return false;
        }

        worker.Input.Type(typist, BinaryPrimitives.ReadInt64BigEndian(payload), payload[sizeof(long)..]);
        return true;
    }

    private bool TryTakePart(Connection connection, ReadOnlySpan<byte> payload)
    {
        var typist = TypistOf(connection, payload);
        var sequence = BinaryPrimitives.ReadInt64BigEndian(payload);
        if (!worker.Input.HasRoom)
        {
            return false;
        }

        // Parts of a repeat or of a jump are not kept; their last frame is acknowledged or refused without them.
        if (sequence == typist.Accepted + 1)
        {
            typist.Parts.Add(sequence, payload[sizeof(long)..]);
        }

        return true;
    }

    private static Typist TypistOf(Connection connection, ReadOnlySpan<byte> payload)
    {
        Require(payload.Length >= sizeof(long), "An Input frame is too short.");
        Require(connection.Typist is not null, "Who types has to say its name in the hello.");
        return connection.Typist!;
    }

    private bool TryAttach(Connection connection, AttachRequest request)
    {
        Require(request.From is null or >= 0, "An offset is not negative.");
        var stream = request.Stream == WorkerOutput.Error ? worker.Error : worker.Output;
        Require(stream is not null, "A terminal has one stream, output.");
        if (connection.Feed is { Frame.IsOpen: true })
        {
            connection.IsMoving = true;
            return false;
        }

        stream!.Segments.Refresh();
        var log = stream.Log;
        var records = LogIndex.ReadRecords(log.Folder);
        var start = AttachPoint.Resolve(records, stream.Segments.Oldest, log.End, request.From, request.Epoch);
        var attached = new AttachedReply(
            start.Offset, start.Epoch, log.End, start.Cols, start.Rows, connection.Typist?.Acknowledged ?? 0);
        connection.Send(MessageWriter.Frame(attached));
        if (start.GapFrom is { } from)
        {
            connection.Send(MessageWriter.Frame(new GapNotice(from, start.Offset)));
        }

        connection.Attach(new Feed(stream, request.Mode, request.Mode == AttachMode.Progress ? start.ForProgress(records) : start));
        return true;
    }

    private void Resize(ResizeRequest request)
    {
        Require(request is { Cols: >= 1 and <= MaxSize, Rows: >= 1 and <= MaxSize }, $"A size is 1 to {MaxSize} each way.");
        worker.Resize(request.Cols, request.Rows);
    }

    private void Signal(SignalRequest request)
    {
        var number = SignalNames.Sendable(request.Signal);
        Require(number is not null, $"The signal {request.Signal} is not one to send.");
        worker.Child.Signal(number!.Value, request.Target);
    }
}
