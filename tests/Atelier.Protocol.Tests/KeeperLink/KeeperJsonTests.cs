using System.Text.Json;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Protocol.Tests.KeeperLink;

public sealed class KeeperJsonTests
{
    [Fact]
    public void Enums_are_written_as_the_document_says()
    {
        var json = JsonSerializer.Serialize(new HeldNotice(HoldReason.DiskFull), KeeperJson.Default.HeldNotice);

        Assert.Equal("""{"reason":"disk-full"}""", json);
    }

    [Fact]
    public void An_attach_without_an_offset_says_nothing_of_it()
    {
        var request = new AttachRequest(WorkerOutput.Output, From: null, Epoch: null, AttachMode.Bytes);

        Assert.Equal(
            """{"stream":"output","mode":"bytes"}""",
            JsonSerializer.Serialize(request, KeeperJson.Default.AttachRequest));
    }
}
