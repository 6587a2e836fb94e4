using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Tests.Workers;
using Atelier.Protocol.HostLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.ServerLink;

public sealed class LinkTests
{
    [Fact]
    [Trait("rule", "HL1")]
    public async Task The_first_message_is_the_whole_inventory()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        Assert.Equal((HostProtocol.Number, first.Pid), (link.Hello.Protocol, link.Hello.Pid));
        Assert.Empty(link.Hello.Workers);

        await link.StartAsync(machine.Shell(machine.Id("1"), "sleep 600"));
        await link.StartAsync(machine.Shell(machine.Id("2"), "sleep 600"));
        await link.DropAsync();
        link = await machine.Server.LinkAsync();

        Assert.Equal([machine.Id("1"), machine.Id("2")], link.Hello.Workers.Select(report => report.WorkerId).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("rule", "HL2")]
    [Trait("rule", "HL3")]
    public async Task Unknown_fields_are_ignored_and_unknown_methods_answered()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        await link.SayAsync("""{"jsonrpc":"2.0","method":"host/future","params":{}}"""u8.ToArray());
        await link.SayAsync(
            """{"jsonrpc":"2.0","id":"x","method":"directory/list","params":{"path":"/","showHidden":true,"future":[1]}}"""u8.ToArray());
        var refusal = await Assert.ThrowsAsync<Protocol.JsonRpc.JsonRpcException>(() => link.AskAsync(
            "host/future", new WorkerRequest("x"), HostJson.Default.WorkerRequest, HostJson.Default.Done));

        Assert.Equal(-32601, refusal.Code);
    }

    [Fact]
    [Trait("rule", "HL6")]
    public async Task It_dials_again_until_it_is_let_in()
    {
        await using var machine = await TestMachine.StartAsync();
        machine.Server.RefuseWith = 503;
        var daemon = machine.StartDaemon();
        await Patience.Until(() => machine.Server.Refused >= 3, "three dials");

        machine.Server.RefuseWith = 0;
        var link = await machine.Server.LinkAsync();

        Assert.Equal(daemon.Pid, link.Hello.Pid);
    }

    [Theory]
    [Trait("rule", "HL6")]
    [InlineData(0, 100)]
    [InlineData(1, 200)]
    [InlineData(2, 500)]
    [InlineData(3, 1000)]
    [InlineData(4, 2000)]
    [InlineData(5, 5000)]
    [InlineData(500, 5000)]
    public void Pauses_grow_to_five_seconds(int attempt, int milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), LinkDialer.PauseBefore(attempt));
    }

    [Fact]
    [Trait("rule", "HL11")]
    public async Task A_second_daemon_of_a_data_folder_ends_at_once_and_names_the_first()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        await machine.Server.LinkAsync();

        var (code, _, error) = await machine.StartDaemon().EndAsync();

        Assert.Equal(3, code);
        Assert.Contains($"process {first.Pid}", error, StringComparison.Ordinal);
        Assert.True(Processes.IsAlive(first.Pid));
    }

    [Fact]
    public async Task It_dials_a_unix_socket_as_well()
    {
        await using var machine = await TestMachine.StartAsync();
        await using var server = await TestHostLink.StartAsync(machine.Path("server.sock"));
        var daemon = new DaemonProcess(machine.Data, server.Url, []);

        Assert.Equal(daemon.Pid, (await server.LinkAsync()).Hello.Pid);
        daemon.Kill();
    }

    [Fact]
    [Trait("rule", "HL9")]
    public async Task A_server_that_breaks_a_rule_hears_which_and_is_dialled_again()
    {
        await using var machine = await TestMachine.StartAsync();
        var link = await machine.LinkAsync();

        await link.SendFrameAsync(new byte[] { 9, 0, 0, 0, 1 });

        await Patience.Until(() => link.Ended.IsCancellationRequested, "the end of the link");
        Assert.Contains("channel frame", link.CloseReason, StringComparison.Ordinal);
        await machine.Server.LinkAsync();
    }

    [Theory]
    [InlineData("http://127.0.0.1:7420", "ws://127.0.0.1:7420/ws/hosts/link", null)]
    [InlineData("https://example.org/atelier/", "wss://example.org/atelier/ws/hosts/link", null)]
    [InlineData("unix:/run/a.sock", "ws://localhost/ws/hosts/link", "/run/a.sock")]
    public void An_address_is_read(string text, string url, string? socket)
    {
        Assert.Equal(new LinkAddress(new Uri(url), socket), LinkAddress.Read(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://x")]
    [InlineData("unix:relative")]
    [InlineData("7420")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.Null(LinkAddress.Read(text));
    }

    [Fact]
    public async Task Directories_images_and_programs_of_the_machine_are_reached_through_the_link()
    {
        await using var machine = await TestMachine.StartAsync();
        using var repository = new TemporaryRepository();
        Directory.CreateDirectory($"{repository.Path}/.hidden");
        Directory.CreateDirectory($"{repository.Path}/sub");
        var link = await machine.LinkAsync();

        var listing = await link.AskAsync(
            HostMethods.ListDirectory,
            new ListDirectoryRequest(Path.GetDirectoryName(repository.Path), ShowHidden: false),
            HostJson.Default.ListDirectoryRequest,
            HostJson.Default.DirectoryListing);
        Assert.Contains(new DirectoryEntry("project", repository.Path, IsRepository: true), listing.Entries);
        Assert.Equal("not-found", await WorkerTests.ReasonAsync(link.AskAsync(
            HostMethods.ListDirectory,
            new ListDirectoryRequest("/no/such", ShowHidden: false),
            HostJson.Default.ListDirectoryRequest,
            HostJson.Default.DirectoryListing)));

        var image = Enumerable.Range(0, 16 << 20).Select(number => (byte)number).ToArray();
        var saved = await link.AskAsync(
            HostMethods.SaveImage,
            new SaveImageRequest(machine.Id("1"), "image/png", image),
            HostJson.Default.SaveImageRequest,
            HostJson.Default.SavedFile);
        Assert.Equal(machine.Data.Images, Path.GetDirectoryName(saved.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(saved.Path));
        Assert.Equal(image, await File.ReadAllBytesAsync(saved.Path, TestContext.Current.CancellationToken));

        var programs = await link.AskAsync(
            HostMethods.DetectPrograms,
            new DetectProgramsRequest(["sh", "/bin/sh", "/bin/no-such-program", "no-such-program", "../sh", ""]),
            HostJson.Default.DetectProgramsRequest,
            HostJson.Default.DetectedPrograms);
        Assert.Equal(["/bin/sh", "sh"], programs.Paths.Keys.Order(StringComparer.Ordinal));
    }
}
