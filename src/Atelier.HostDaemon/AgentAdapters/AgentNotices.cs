using System.Text.Json;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Notices that are the same whatever a program speaks.</summary>
internal static class AgentNotices
{
    /// <summary>Something came that is no message, or could not be told (AL11).</summary>
    public static AgentNotice.Said Noise(string text) => new(Thread: null, "noise", AcpJson.Text("text", text));

    /// <summary>Something came that we do not know.</summary>
    public static AgentNotice.Said Other(string? thread, JsonElement message) => new(thread, "other", message);

    /// <summary>The batch without what makes it too long for a message: that is told as noise, and a question is asked without its payload.</summary>
    public static AgentBatch WithoutTooLong(AgentBatch batch) => batch with
    {
        Notices = [.. batch.Notices.Select(notice => notice switch
        {
            AgentNotice.Said said when IsLong(said.Payload) => Noise($"A message ({said.Event}) was too long to be passed on."),
            AgentNotice.Asked asked when IsLong(asked.Payload) => asked with { Payload = AcpJson.Empty },
            AgentNotice.Succeeded done when IsLong(done.Result) => done with { Result = null },
            AgentNotice.Failed failed when IsLong(failed.Details) => failed with { Details = null },
            AgentNotice.TurnEnded over when IsLong(over.Usage) => over with { Usage = null },
            AgentNotice.ThreadOpened opened => opened with
            {
                Modes = IsLong(opened.Modes) ? null : opened.Modes,
                Options = IsLong(opened.Options) ? null : opened.Options,
            },
            _ => notice,
        })],
    };

    private static bool IsLong(JsonElement? payload) => payload?.GetRawText().Length > GatheredBatch.MaxBytes;
}
