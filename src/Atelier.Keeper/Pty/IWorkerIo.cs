using Atelier.Protocol.KeeperLink;

namespace Atelier.Keeper.Pty;

/// <summary>The descriptors through which the keeper and the worker's process talk: a pseudo-terminal, or three pipes.</summary>
internal interface IWorkerIo
{
    /// <summary>Where output is read; not blocking.</summary>
    int Output { get; }

    /// <summary>Where standard error is read; -1 for a terminal.</summary>
    int Error { get; }

    /// <summary>Where input is written; not blocking; -1 once it is closed.</summary>
    int Input { get; }

    /// <summary>The worker's process.</summary>
    int ChildPid { get; }

    /// <summary>Sets the terminal's size; nothing for pipes.</summary>
    void Resize(int cols, int rows);

    /// <summary>Process group a signal is for.</summary>
    int GroupOf(SignalTarget target);

    /// <summary>Closes the program's standard input; nothing for a terminal.</summary>
    void CloseInput();
}
