namespace Atelier.TestKit.Zed;

/// <summary>What a mock Zed does that some real ones do and others do not. It may be changed while it runs.</summary>
public sealed class MockZedBehaviour
{
    /// <summary>How long after connecting it says that it is ready, unless a thread was opened before.</summary>
    public TimeSpan ReadyAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether it never says that it is ready.</summary>
    public bool IsNeverReady { get; set; }

    /// <summary>How long it waits before it connects again; doubled each time up to the longest wait.</summary>
    public TimeSpan ReconnectAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before it connects again.</summary>
    public TimeSpan ReconnectAtMost { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether it stays away once it has lost its connection.</summary>
    public bool StaysAway { get; set; }

    /// <summary>Whether it says which requests it has, and takes none of them twice.</summary>
    public bool TellsActiveTurns { get; set; } = true;

    /// <summary>Whether a request that waits in it can be cancelled; older ones run it later all the same.</summary>
    public bool CancelsQueued { get; set; } = true;

    /// <summary>Whether prompts to threads that are there wait for each other.</summary>
    public bool RunsInOrder { get; set; } = true;

    /// <summary>Whether an event that was being sent when the connection ended is lost.</summary>
    public bool LosesEventInFlight { get; set; }

    /// <summary>Whether it never connects.</summary>
    public bool RefusesToConnect { get; set; }

    /// <summary>Whether it does not read, and so does not answer pings either.</summary>
    public bool NeverReads { get; set; }

    /// <summary>Why it cannot load a thread; null when it can.</summary>
    public string? LoadFailsWith { get; set; }

    /// <summary>Whether it numbers entries from 0 again in a thread that it has loaded.</summary>
    public bool ReusesIds { get; set; }

    /// <summary>Whether it tells a thread again when it opens it.</summary>
    public bool RetellsHistory { get; set; } = true;

    /// <summary>Whether it forgets its threads when it ends.</summary>
    public bool ForgetsThreads { get; set; }

    /// <summary>Whether it ends each turn twice.</summary>
    public bool CompletesTwice { get; set; }

    /// <summary>Whether a process that dies in a turn says so first.</summary>
    public bool SaysThatItDies { get; set; }

    /// <summary>Whether the last entry of a turn is told once more after the turn.</summary>
    public bool TellsLate { get; set; }

    /// <summary>Whether it uses the names that events had before.</summary>
    public bool UsesOldNames { get; set; }

    /// <summary>Whether it says session_id and timestamp beside each event.</summary>
    public bool UsesOldEnvelope { get; set; }
}
