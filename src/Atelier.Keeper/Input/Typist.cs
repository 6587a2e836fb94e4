using Atelier.Keeper.Socket;

namespace Atelier.Keeper.Input;

/// <summary>One client by its name, over all its connections: how far its input has come (KL6, KL8).</summary>
internal sealed class Typist(string name)
{
    public string Name { get; } = name;

    /// <summary>Last sequence taken in; the next has to be one more.</summary>
    public long Accepted { get; set; }

    /// <summary>Last sequence that the program's terminal or pipe has taken whole.</summary>
    public long Acknowledged { get; set; }

    /// <summary>The beginning of its next input, where that comes in parts.</summary>
    public InputParts Parts { get; } = new();

    /// <summary>The newest connection of that name; null when there is none.</summary>
    public Connection? Connection { get; set; }
}
