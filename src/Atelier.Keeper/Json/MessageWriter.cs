using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Json;

/// <summary>What a keeper says, as JSON and as frames; the records and their names are the protocol's.</summary>
internal static class MessageWriter
{
    public static byte[] Frame(KeeperHello hello) => Frame(KeeperFrameType.KeeperHello, new JsonWriter()
        .Add("protocol", hello.Protocol)
        .AddTexts("abilities", hello.Abilities)
        .Add("workerId", hello.WorkerId)
        .Add("keeperPid", hello.KeeperPid)
        .Add("childPid", hello.ChildPid)
        .Add("childStartTime", hello.ChildStartTime)
        .Add("epoch", hello.Epoch)
        .Add("kind", hello.Kind == WorkerKind.Terminal ? "terminal" : "protocol"));

    public static byte[] Frame(AttachedReply attached) => Frame(KeeperFrameType.Attached, new JsonWriter()
        .Add("offset", attached.Offset)
        .Add("epoch", attached.Epoch)
        .Add("end", attached.End)
        .Add("cols", attached.Cols)
        .Add("rows", attached.Rows)
        .Add("inputAck", attached.InputAck));

    public static byte[] Frame(GapNotice gap) =>
        Frame(KeeperFrameType.Gap, new JsonWriter().Add("from", gap.From).Add("to", gap.To));

    public static byte[] Frame(InputRefusedNotice refused) => Frame(
        KeeperFrameType.InputRefused, new JsonWriter().Add("expected", refused.Expected).Add("reason", refused.Reason));

    public static byte[] Frame(RefusedNotice refused) =>
        Frame(KeeperFrameType.Refused, new JsonWriter().Add("reason", refused.Reason));

    public static byte[] Frame(HeldNotice held) =>
        Frame(KeeperFrameType.Held, new JsonWriter().Add("reason", Word(held.Reason)));

    public static byte[] Frame(KeeperState state) => Frame(KeeperFrameType.State, new JsonWriter()
        .Add("cols", state.Cols)
        .Add("rows", state.Rows)
        .Add("end", state.End)
        .Add("committed", state.Committed)
        .Add("held", Word(state.Held))
        .Add("exited", state.Exited)
        .Add("foreground", state.Foreground));

    /// <summary>What an index record says.</summary>
    public static byte[] Frame(LogIndexRecord record) => record.Kind switch
    {
        LogIndexKind.Epoch => Frame(
            KeeperFrameType.EpochStarted, new JsonWriter().Add("offset", record.Offset).Add("epoch", record.First)),
        LogIndexKind.Resize => Frame(
            KeeperFrameType.Resized,
            new JsonWriter().Add("offset", record.Offset).Add("cols", record.First).Add("rows", record.Second)),
        _ => Frame(
            KeeperFrameType.Exited,
            record.Second == 0
                ? new JsonWriter().Add("offset", record.Offset).Add("exitCode", record.First)
                : new JsonWriter().Add("offset", record.Offset).Add("signal", SignalNames.Of(record.Second))),
    };

    public static byte[] Line(KeeperLaunchReply reply) => new JsonWriter()
        .Add("ready", reply.Ready is { } ready
            ? new JsonWriter().Add("keeperPid", ready.KeeperPid).Add("childPid", ready.ChildPid).Add("epoch", ready.Epoch)
            : null)
        .Add("problem", reply.Problem is { } problem
            ? new JsonWriter().Add("code", problem.Code).Add("message", problem.Message)
            : null)
        .Utf8();

    public static byte[] File(KeeperRecord record) => new JsonWriter()
        .Add("protocol", record.Protocol)
        .Add("workerId", record.WorkerId)
        .Add("keeperPid", record.KeeperPid)
        .Add("keeperStartTime", record.KeeperStartTime)
        .Add("socket", record.Socket)
        .Add("childPid", record.ChildPid)
        .Add("childStartTime", record.ChildStartTime)
        .Add("bootId", record.BootId)
        .Add("epoch", record.Epoch)
        .Utf8();

    private static string? Word(HoldReason? reason) => reason switch
    {
        HoldReason.DiskFull => "disk-full",
        HoldReason.Unread => "unread",
        _ => null,
    };

    private static byte[] Frame(KeeperFrameType type, JsonWriter json)
    {
        var payload = json.Utf8();
        var frame = new byte[KeeperProtocol.HeaderBytes + payload.Length];
        KeeperFrameWriter.WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame, KeeperProtocol.HeaderBytes);
        return frame;
    }
}
