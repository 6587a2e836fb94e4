using System.Text.Json;
using Atelier.Keeper.Json;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Tests.Sockets;

/// <summary>The keeper's own JSON says the same as the protocol's records do.</summary>
public sealed class MessageTests
{
    private const string Ugly = "quote \" backslash \\ control \u0001\n tab \t ä 日本 😀 / <script>";

    [Fact]
    public void What_a_keeper_says_is_read_as_the_records_of_the_protocol()
    {
        var hello = new KeeperHello(1, ["one", Ugly], Ugly, 2, 3, 1L << 52, 4, WorkerKind.Protocol);
        var read = Read(MessageWriter.Frame(hello), KeeperJson.Default.KeeperHello);
        Assert.Equal(hello.Abilities, read.Abilities);
        Assert.Equal(hello with { Abilities = read.Abilities }, read);
        Same(new AttachedReply(1L << 40, 2, 3, 4, 5, 6), MessageWriter.Frame, KeeperJson.Default.AttachedReply);
        Same(new GapNotice(7, 8), MessageWriter.Frame, KeeperJson.Default.GapNotice);
        Same(new InputRefusedNotice(9, Ugly), MessageWriter.Frame, KeeperJson.Default.InputRefusedNotice);
        Same(new RefusedNotice(Ugly), MessageWriter.Frame, KeeperJson.Default.RefusedNotice);
        Same(new HeldNotice(HoldReason.DiskFull), MessageWriter.Frame, KeeperJson.Default.HeldNotice);
        Same(new HeldNotice(null), MessageWriter.Frame, KeeperJson.Default.HeldNotice);
        Same(new KeeperState(1, 2, 3, 4, HoldReason.Unread, true, Ugly), MessageWriter.Frame, KeeperJson.Default.KeeperState);
        Same(new KeeperState(1, 2, 3, 4, null, false, null), MessageWriter.Frame, KeeperJson.Default.KeeperState);
        Assert.Equal(
            new ExitedNotice(5, null, "KILL"),
            Read(MessageWriter.Frame(new LogIndexRecord(LogIndexKind.Exit, 5, 0, -1, 9)), KeeperJson.Default.ExitedNotice));
        Assert.Equal(
            new ExitedNotice(5, 3, null),
            Read(MessageWriter.Frame(new LogIndexRecord(LogIndexKind.Exit, 5, 0, 3, 0)), KeeperJson.Default.ExitedNotice));
        Assert.Equal(
            new ResizedNotice(5, 80, 24),
            Read(MessageWriter.Frame(new LogIndexRecord(LogIndexKind.Resize, 5, 0, 80, 24)), KeeperJson.Default.ResizedNotice));
        var record = new KeeperRecord(1, Ugly, 2, 3, "/run/x", 4, 5, "boot", 6);
        Assert.Equal(record, JsonSerializer.Deserialize(MessageWriter.File(record), KeeperJson.Default.KeeperRecord));
        var problem = new KeeperLaunchReply(null, new KeeperProblem("spawn", Ugly));
        Assert.Equal(problem, JsonSerializer.Deserialize(MessageWriter.Line(problem), KeeperJson.Default.KeeperLaunchReply));
        var ready = new KeeperLaunchReply(new KeeperReady(1, 2, 3), null);
        Assert.Equal(ready, JsonSerializer.Deserialize(MessageWriter.Line(ready), KeeperJson.Default.KeeperLaunchReply));
    }

    [Fact]
    public void What_a_keeper_is_told_is_read_from_the_records_of_the_protocol()
    {
        var launch = new KeeperLaunch(
            Ugly, "/s", WorkerKind.Terminal, ["a", Ugly], "/", new Dictionary<string, string> { ["A"] = Ugly }, 80, 24, 1, 2, Ugly, 3);
        var read = MessageReader.Launch(Parsed(launch, KeeperJson.Default.KeeperLaunch));
        Assert.Equal(launch.Command, read.Command);
        Assert.Equal(launch.Environment, read.Environment);
        Assert.Equal(launch with { Command = read.Command, Environment = read.Environment }, read);
        var attach = new AttachRequest(WorkerOutput.Error, 1L << 50, 3, AttachMode.Progress);
        Assert.Equal(attach, MessageReader.Attach(Parsed(attach, KeeperJson.Default.AttachRequest)));
        var signal = new SignalRequest("TERM", SignalTarget.Group);
        Assert.Equal(signal, MessageReader.Signal(Parsed(signal, KeeperJson.Default.SignalRequest)));
        var resize = new ResizeRequest(80, 24);
        Assert.Equal(resize, MessageReader.Resize(Parsed(resize, KeeperJson.Default.ResizeRequest)));
        var commit = new CommitRequest(12);
        Assert.Equal(commit, MessageReader.Commit(Parsed(commit, KeeperJson.Default.CommitRequest)));
        Assert.Equal(Ugly, MessageReader.Hello(Parsed(new ClientHello(1, [], Ugly), KeeperJson.Default.ClientHello)).Client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("[]")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":\"\\x\"}")]
    [InlineData("{\"a\":\"\\u12\"}")]
    [InlineData("{\"a\":\"open")]
    [InlineData("{\"a\":\"line\nbreak\"}")]
    [InlineData("{\"a\":truth}")]
    [InlineData("{\"a\":[[[[[[[[[[]]]]]]]]]]}")]
    public void What_is_no_json_is_refused(string text) =>
        Assert.Throws<FormatException>(() => JsonObject.Parse(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void Same<T>(T message, Func<T, byte[]> write, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) =>
        Assert.Equal(message, Read(write(message), json));

    private static T Read<T>(byte[] frame, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) =>
        JsonSerializer.Deserialize(frame.AsSpan(KeeperProtocol.HeaderBytes), json)!;

    private static JsonObject Parsed<T>(T message, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) =>
        JsonObject.Parse(JsonSerializer.SerializeToUtf8Bytes(message, json));
}
