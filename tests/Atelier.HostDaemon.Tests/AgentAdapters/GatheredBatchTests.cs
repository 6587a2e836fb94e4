using System.Text.Json;
using Atelier.HostDaemon.AgentAdapters;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Tests.AgentAdapters;

public sealed class GatheredBatchTests
{
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(100);

    [Fact]
    [Trait("rule", "AL6")]
    public void Text_of_the_same_message_and_conversation_is_one_notice()
    {
        var batch = new GatheredBatch(0, s_start);
        (string? Thread, string Event, string Payload)[] said =
        [
            ("s", "agent-message", """{"content":{"type":"text","text":"a"}}"""),
            ("s", "agent-message", """{"content":{"type":"text","text":"b"}}"""),
            ("s", "agent-thought", """{"content":{"type":"text","text":"c"}}"""),
            ("t", "agent-thought", """{"content":{"type":"text","text":"d"}}"""),
            ("t", "agent-thought", """{"messageId":"m","content":{"type":"text","text":"e"}}"""),
            ("t", "agent-thought", """{"messageId":"m","content":{"type":"text","text":"f"}}"""),
            ("t", "agent-thought", """{"messageId":"m","content":{"type":"text","text":"g","annotations":{}}}"""),
            ("t", "agent-thought", """{"messageId":"m","content":{"type":"image","data":""}}"""),
            ("t", "plan", """{"entries":[]}"""),
            ("t", "agent-thought", """{"messageId":"m","content":{"type":"text","text":"h"}}"""),
        ];
        for (var at = 0; at < said.Length; at++)
        {
            batch.Add(at + 1, 3, new AgentNotice.Said(said[at].Thread, said[at].Event, AgentPrograms.Json(said[at].Payload)));
        }

        var closed = batch.Close("w");

        Assert.Equal((0, 10, 3), (closed.FromOffset, closed.ToOffset, closed.Epoch));
        Assert.Equal(
            [
                """s {"content":{"type":"text","text":"ab"}}""",
                """s {"content":{"type":"text","text":"c"}}""",
                """t {"content":{"type":"text","text":"d"}}""",
                """t {"messageId":"m","content":{"type":"text","text":"ef"}}""",
                """t {"messageId":"m","content":{"type":"text","text":"g","annotations":{}}}""",
                """t {"messageId":"m","content":{"type":"image","data":""}}""",
                """t {"entries":[]}""",
                """t {"messageId":"m","content":{"type":"text","text":"h"}}""",
            ],
            closed.Notices.Cast<AgentNotice.Said>().Select(notice => $"{notice.Thread} {notice.Payload.GetRawText()}"));
    }

    [Fact]
    [Trait("rule", "AL6")]
    public void A_first_word_goes_at_once_what_follows_it_soon_waits_for_more_and_everything_else_does_not()
    {
        var first = new GatheredBatch(0, s_start);
        Assert.Null(first.WaitAt(s_start));
        first.Add(1, 1, Text("a"));
        Assert.Equal(TimeSpan.Zero, first.WaitAt(s_start));

        var next = new GatheredBatch(1, s_start + GatheredBatch.TextPause);
        next.Add(2, 1, Text("b"));
        Assert.Equal(GatheredBatch.TextPause / 2, next.WaitAt(s_start + (GatheredBatch.TextPause / 2)));
        Assert.Equal(TimeSpan.Zero, next.WaitAt(s_start + GatheredBatch.TextPause));
        next.Add(3, 1, new AgentNotice.Withdrew("1"));
        Assert.Equal(TimeSpan.Zero, next.WaitAt(s_start));
    }

    [Fact]
    [Trait("rule", "AL2")]
    public void A_batch_is_full_with_its_notices_or_its_bytes_or_an_end()
    {
        var many = new GatheredBatch(0, s_start);
        for (var number = 1; number <= GatheredBatch.MaxNotices; number++)
        {
            Assert.False(many.IsFull);
            many.Add(number, 1, new AgentNotice.Withdrew($"{number}"));
        }

        var blank = new GatheredBatch(10, s_start);
        blank.Add(GatheredBatch.MaxBytes + 9, 1, notice: null);
        Assert.Null(blank.WaitAt(s_start));
        blank.Add(GatheredBatch.MaxBytes + 10, 1, notice: null);
        var over = new GatheredBatch(0, s_start);
        over.Add(0, 1, new AgentNotice.Ended(0, null, null));

        Assert.All([many, blank, over], batch => Assert.Equal((true, TimeSpan.Zero), (batch.IsFull, batch.WaitAt(s_start))));
    }

    [Fact]
    public void A_batch_that_fits_into_no_message_is_told_without_what_is_too_long()
    {
        var huge = JsonSerializer.SerializeToElement(new string('x', 2 << 20), JsonSerializerOptions.Web);
        var batch = new AgentBatch("w", 0, 9, 1, [
            new AgentNotice.Said("s", "plan", huge), new AgentNotice.Asked("1", "s", "write-file", huge), new AgentNotice.Withdrew("1")]);

        var shorter = AgentNotices.WithoutTooLong(batch).Notices;

        Assert.Equal("noise", Assert.IsType<AgentNotice.Said>(shorter[0]).Event);
        Assert.Equal("{}", Assert.IsType<AgentNotice.Asked>(shorter[1]).Payload.GetRawText());
        Assert.Equal(batch.Notices[2], shorter[2]);
    }

    private static AgentNotice.Said Text(string text) =>
        new("s", "agent-message", AgentPrograms.Json($$$"""{"content":{"type":"text","text":"{{{text}}}"}}"""));
}
