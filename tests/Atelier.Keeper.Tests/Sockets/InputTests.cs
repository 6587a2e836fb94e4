using System.Buffers.Binary;
using System.Text;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Keeper.Tests.Sockets;

/// <summary>What is typed reaches the program once, in order, or the typist is told.</summary>
public sealed class InputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "KL6")]
    public async Task A_repeat_is_acknowledged_and_not_typed()
    {
        await using var keeper = await EchoAsync();
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "one.");
        await reader.TypeAsync(1, "one.");
        await reader.TypeAsync(2, "two.");
        await reader.ReadTextAsync("two.");

        Assert.Equal([1, 1, 2], await AcknowledgementsAsync(reader, 3));
        Assert.Equal("one.two.", reader.Text);
    }

    [Fact]
    [Trait("rule", "KL6")]
    public async Task A_jump_is_refused_with_the_number_that_was_expected()
    {
        await using var keeper = await EchoAsync();
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "one.");
        await reader.TypeAsync(3, "three.");
        await reader.TypeAsync(2, "two.");
        await reader.ReadTextAsync("two.");

        Assert.Equal(2, reader.All<InputRefusedNotice>().Single().Expected);
        Assert.Equal("one.two.", reader.Text);
    }

    [Fact]
    [Trait("rule", "KL6")]
    public async Task A_client_that_comes_back_goes_on_after_what_was_acknowledged()
    {
        await using var keeper = await EchoAsync();
        await using (var first = await keeper.AttachAsync(client: "ada"))
        {
            await first.TypeAsync(1, "one.");
            await AcknowledgementsAsync(first, 1);
        }

        await using var again = await keeper.AttachAsync(client: "ada");
        await using var other = await keeper.AttachAsync(client: "bob");

        Assert.Equal((1, 0), (again.Attached.InputAck, other.Attached.InputAck));
    }

    [Fact]
    [Trait("rule", "KL6")]
    [Trait("kind", "random")]
    public async Task Input_over_breaking_connections_is_typed_exactly_once()
    {
        const int seed = 4711;
        const int pieces = 400;
        var random = new Random(seed);
        await using var keeper = await EchoAsync();
        long acknowledged = 0;
        while (acknowledged < pieces)
        {
            await using var typist = await keeper.AttachAsync(null, client: "ada", mode: AttachMode.Progress);
            acknowledged = typist.Attached.InputAck;
            if (acknowledged == pieces)
            {
                break;
            }

            var last = Math.Min(pieces, acknowledged + random.Next(1, 40));
            for (var sequence = acknowledged + 1; sequence <= last; sequence++)
            {
                await typist.TypeAsync(sequence, $"{sequence},");
                if (random.Next(8) == 0)
                {
                    await typist.TypeAsync(random.Next(1, (int)sequence + 1), "repeated");
                }
            }

            if (random.Next(2) == 0)
            {
                await typist.ReadUntilAsync(() => typist.Acknowledged == last, $"the acknowledgement of {last}");
            }
        }

        var expected = string.Concat(Enumerable.Range(1, pieces).Select(number => $"{number},"));
        await using var reader = await keeper.AttachAsync();
        await reader.ReadUntilOffsetAsync(expected.Length);
        Assert.Equal(expected, reader.Text);
    }

    [Fact]
    [Trait("rule", "KL12")]
    public async Task Input_longer_than_a_frame_is_typed_whole_and_acknowledged_once()
    {
        await using var keeper = await EchoAsync();
        await using var reader = await keeper.AttachAsync(client: "ada");
        var text = string.Concat(Enumerable.Range(1, 400_000).Select(number => $"{number},"));
        Assert.Contains(KeeperProtocol.InputPartsAbility, reader.Connection.Hello.Abilities);

        // The program gives back what it reads: somebody has to take that while it is typed.
        var typing = Task.Run(() => reader.TypeAsync(1, text), Token);
        await reader.ReadUntilAsync(() => reader.Acknowledged == 1, "the acknowledgement");
        await typing;
        await reader.TypeAsync(1, text);
        await reader.TypeAsync(2, "after");
        await reader.ReadTextAsync("after");
        await AcknowledgementsAsync(reader, 3);

        Assert.Equal(text + "after", reader.Text);
        Assert.Equal([1, 1, 2], reader.All<InputAck>().Select(acknowledged => acknowledged.Sequence));
    }

    [Fact]
    [Trait("rule", "KL12")]
    public async Task Parts_without_a_last_one_are_not_typed_and_may_come_again_in_other_pieces()
    {
        await using var keeper = await EchoAsync();
        await using (var first = await RawSocket.ConnectAsync(keeper.Launch.Socket))
        {
            await first.HelloAsync("ada");
            await first.SendAsync(KeeperFrameType.InputPart, Piece(1, "lost"));
        }

        await using var typist = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await typist.HelloAsync("ada");
        await typist.SendAsync(KeeperFrameType.InputPart, Piece(2, "a jump"));
        await typist.SendAsync(KeeperFrameType.InputPart, Piece(1, "on"));
        await typist.SendAsync(KeeperFrameType.InputPart, Piece(1, "e"));
        await typist.SendAsync(KeeperFrameType.Input, Piece(1, "."));
        await typist.SendAsync(KeeperFrameType.InputPart, Piece(1, "a repeat"));
        await typist.SendAsync(KeeperFrameType.Input, Piece(2, "two."));

        await using var reader = await keeper.AttachAsync();
        await reader.ReadTextAsync("two.");
        Assert.Equal("one.two.", reader.Text);
    }

    [Fact]
    [Trait("rule", "KL12")]
    public async Task Input_longer_than_is_allowed_ends_the_connection_and_is_not_typed()
    {
        await using var keeper = await EchoAsync();
        await using var typist = await RawSocket.ConnectAsync(keeper.Launch.Socket);
        await typist.HelloAsync("ada");
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await typist.SendAsync(KeeperFrameType.InputPart, Piece(1, new string('x', 1_000_000)));
            }
        });

        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.TypeAsync(1, "one.");
        await reader.ReadTextAsync("one.");
        Assert.Equal("one.", reader.Text);
    }

    [Fact]
    [Trait("rule", "KL7")]
    public async Task A_program_that_does_not_read_holds_back_who_types_and_nobody_else()
    {
        await using var keeper = await KeeperProcess.StartAsync(
            _folder["w"], KeeperProcess.Pipes(_folder, "sh", "-c", "while [ ! -e go ]; do sleep 0.01; done; exec wc -c"));
        await using var typist = await keeper.AttachAsync(client: "ada");
        await using var other = await keeper.AttachAsync();
        var typing = Task.Run(
            async () =>
            {
                for (var sequence = 1; sequence <= 64; sequence++)
                {
                    await typist.TypeAsync(sequence, new byte[64 << 10]);
                }

                await typist.Connection.CloseInputAsync(Token);
            },
            Token);
        await other.Connection.GetStateAsync(Token);
        await other.ReadAsync<KeeperState>("State beside held-back input");
        Assert.InRange(Memory.PrivateKiB(keeper.Ready.KeeperPid), 0, 24 * 1024);

        _folder.Write("go", "");
        await typing;
        await typist.ReadExitAsync();

        Assert.Equal($"{64 * (64 << 10)}\n", typist.Text);
        Assert.Equal(64, typist.Acknowledged);
    }

    [Fact]
    [Trait("rule", "KL8")]
    public async Task A_newer_connection_of_the_same_name_takes_over()
    {
        await using var keeper = await EchoAsync();
        await using var older = await keeper.AttachAsync(client: "ada");
        await using var newer = await keeper.AttachAsync(client: "ada");
        await older.ReadToCloseAsync();
        await newer.TypeAsync(1, "here");
        await newer.ReadTextAsync("here");

        Assert.Single(older.All<RefusedNotice>());
    }

    [Fact]
    [Trait("rule", "KL6")]
    public async Task Input_after_the_end_is_refused()
    {
        await using var keeper = await KeeperProcess.StartAsync(
            _folder["w"], KeeperProcess.Pipes(_folder, "sh", "-c", "exec 0<&-; echo closed; exec sleep 1000"));
        await using var reader = await keeper.AttachAsync(client: "ada");
        await reader.ReadTextAsync("closed");
        await reader.TypeAsync(1, "nobody hears this");

        Assert.Equal(1, (await reader.ReadAsync<InputRefusedNotice>("a refusal")).Expected);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A program that gives back what is typed, byte for byte.</summary>
    private static byte[] Piece(long sequence, string text)
    {
        var piece = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt64BigEndian(piece, sequence);
        Encoding.UTF8.GetBytes(text, piece.AsSpan(sizeof(long)));
        return piece;
    }

    private async Task<KeeperProcess> EchoAsync() =>
        await KeeperProcess.StartAsync(_folder["w"], KeeperProcess.Pipes(_folder, "cat"));

    private static async Task<IEnumerable<long>> AcknowledgementsAsync(KeeperReader reader, int count)
    {
        await reader.ReadUntilAsync(() => reader.All<InputAck>().Count() >= count, $"{count} acknowledgements");
        return reader.All<InputAck>().Select(ack => ack.Sequence);
    }
}
