using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Sockets;

/// <summary>Frames that are none, and who may connect.</summary>
public sealed class FrameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, string> Malformed { get; } = new()
    {
        { (int)KeeperFrameType.Attach, "no json" },
        { (int)KeeperFrameType.Attach, """{"stream":"both","mode":"bytes"}""" },
        { (int)KeeperFrameType.Attach, """{"stream":"output","from":-1,"mode":"bytes"}""" },
        { (int)KeeperFrameType.Attach, """{"stream":"error","mode":"bytes"}""" },
        { (int)KeeperFrameType.Attach, "null" },
        { (int)KeeperFrameType.Input, "short" },
        { (int)KeeperFrameType.Input, "123456789 from somebody without a name" },
        { (int)KeeperFrameType.Resize, """{"cols":0,"rows":24}""" },
        { (int)KeeperFrameType.Resize, """{"cols":70000,"rows":24}""" },
        { (int)KeeperFrameType.Signal, """{"signal":"SEGV","target":"group"}""" },
        { (int)KeeperFrameType.CloseInput, "{}" },
        { (int)KeeperFrameType.ClientHello, """{"protocol":1,"abilities":[]}""" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    [Trait("rule", "KL2")]
    public async Task A_frame_that_is_not_what_its_type_says_is_refused(int type, string payload)
    {
        await using var keeper = await StartAsync();
        await using var bystander = await keeper.AttachAsync(client: "ada");
        await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await socket.HelloAsync();
        await socket.SendAsync((KeeperFrameType)type, payload);

        Assert.Equal([KeeperFrameType.KeeperHello, KeeperFrameType.Refused], await socket.ReadTypesAsync());
        await bystander.TypeAsync(1, "fine\r");
        await bystander.ReadTextAsync("fine\r\nfine");
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2 })]
    [InlineData(new byte[] { 0, 16, 0, 1, 2 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 2 })]
    [Trait("rule", "KL2")]
    public async Task A_false_length_is_refused(byte[] bytes)
    {
        await using var keeper = await StartAsync();
        await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await socket.HelloAsync();
        await socket.SendBytesAsync(bytes);

        Assert.Equal([KeeperFrameType.KeeperHello, KeeperFrameType.Refused], await socket.ReadTypesAsync());
    }

    [Fact]
    [Trait("rule", "KL1")]
    public async Task Nothing_comes_before_the_hello()
    {
        await using var keeper = await StartAsync();
        await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await socket.SendAsync(KeeperFrameType.GetState, "{}");

        Assert.Equal([KeeperFrameType.Refused], await socket.ReadTypesAsync());
    }

    [Fact]
    [Trait("rule", "KL2")]
    public async Task A_frame_may_come_in_pieces()
    {
        await using var keeper = await StartAsync();
        await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        byte[] bytes = [0, 0, 0, 30, 1, .. """{"protocol":1,"abilities":[]}"""u8, 0, 0, 0, 3, 8, (byte)'{', (byte)'}'];
        foreach (var value in bytes)
        {
            await socket.SendBytesAsync([value]);
        }

        Assert.Equal([KeeperFrameType.KeeperHello, KeeperFrameType.State], await socket.ReadTypesAsync(2));
    }

    [Fact]
    [Trait("rule", "KL2")]
    [Trait("kind", "random")]
    public async Task Random_bytes_hurt_nobody()
    {
        const int seed = 99;
        var random = new Random(seed);
        await using var keeper = await StartAsync();
        await using var bystander = await keeper.AttachAsync(client: "ada");
        for (var round = 0; round < 300; round++)
        {
            await using var socket = await RawSocket.ConnectAsync(keeper.Launch.Socket);
            try
            {
                if (random.Next(4) > 0)
                {
                    await socket.HelloAsync("mallory");
                }

                for (var frames = random.Next(1, 6); frames > 0; frames--)
                {
                    var payload = new byte[random.Next(0, 3000)];
                    random.NextBytes(payload);
                    await (random.Next(5) == 0
                        ? socket.SendBytesAsync(payload)
                        : socket.SendAsync((KeeperFrameType)random.Next(0, 12), payload.Select(value => (byte)(32 + (value % 96))).ToArray()));
                }
            }
            catch (IOException)
            {
                // The keeper has closed the connection meanwhile.
            }
        }

        await bystander.TypeAsync(1, "fine\r");
        await bystander.ReadTextAsync("fine\r\nfine");
        Assert.InRange(Memory.PrivateKiB(keeper.Ready.KeeperPid), 0, 24 * 1024);
    }

    [Fact]
    [Trait("rule", "KL10")]
    public async Task The_socket_is_its_users_alone()
    {
        var launch = KeeperProcess.Terminal(_folder, "cat") with { Socket = _folder["run/k.sock"] };
        await using var keeper = await KeeperProcess.StartAsync(_folder["w"], launch);

        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(mine, File.GetUnixFileMode(launch.Socket));
        Assert.Equal(mine | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["run"]));
        Assert.Equal(mine, File.GetUnixFileMode(Path.Combine(keeper.OutputFolder, "index")));
    }

    [Fact]
    [Trait("rule", "KL11")]
    public async Task A_log_and_a_socket_have_one_keeper()
    {
        await using var keeper = await StartAsync();

        var sameLog = await KeeperProcess.TryStartAsync(_folder["w"], KeeperProcess.Terminal(_folder, "cat"));
        var sameSocket = await KeeperProcess.TryStartAsync(_folder["other"], KeeperProcess.Terminal(_folder, "cat"));

        Assert.Equal(("log-in-use", "socket-in-use"), (sameLog.Reply.Problem?.Code, sameSocket.Reply.Problem?.Code));
    }

    public void Dispose() => _folder.Dispose();

    private Task<KeeperProcess> StartAsync() => KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Terminal(_folder, "cat"));
}
