namespace Atelier.Server.Hosts;

/// <summary>How a host's refusal is told to a caller.</summary>
/// <param name="Status">HTTP status: 4xx when the caller can do something about it, 5xx when somebody must look at the host.</param>
/// <param name="Code">Last part of the problem's type.</param>
/// <param name="Title">What happened, the same each time.</param>
/// <param name="Advice">What to do.</param>
internal sealed record HostRefusal(int Status, string Code, string Title, string Advice);

/// <summary>What the words of HostLink (HL3), and one of the server's own about a host, mean to a caller; pure.</summary>
internal static class HostRefusals
{
    /// <summary>The word for an answer that has none: something on the host broke.</summary>
    public const string Broke = "broke";

    public static HostRefusal Of(string word) => word switch
    {
        "not-found" => new(404, "not-on-host", "The host has no such thing.", "Check the name or the path."),
        "cwd-not-found" => new(404, "host-cwd-not-found", "The directory to work in is not there.", "Make it again, or choose another one."),
        "command-not-found" => new(404, "host-command-not-found", "The program is not installed on the host.", "Install it there, or correct the program's command."),
        "not-executable" => new(422, "host-not-executable", "The program cannot be run on the host.", "Allow it to be executed, or correct the program's command."),
        "exists" => new(409, "host-exists", "Something is in the way on the host.", "Move it away, or choose another name."),
        "in-use" => new(409, "host-in-use", "Somebody else uses that on the host.", "End the other use, or choose something else."),
        "log-in-use" or "socket-in-use" => new(409, "host-log-in-use", "Another process holds this worker's log.", "Wait until it has ended, then try again."),
        "cancelled" => new(409, "host-cancelled", "The work was cancelled.", "Ask again to do it after all."),
        "invalid" => new(422, "host-invalid", "The host cannot use what it was given.", "Correct it and try again."),
        "refused" => new(422, "host-refused", "The host does not do that.", "The reason says what is in the way."),
        "git" => new(422, "host-git", "git could not do it.", "Its words say why."),
        "no-space" => new(507, "host-no-space", "The host's disk is full.", "Make room there and try again."),
        "no-ports" => new(409, "host-no-ports", "There are no ports left for another worktree.", "Remove worktrees that nobody needs."),
        "busy" => new(503, "host-busy", "The host has too much to do.", "Try again in a moment."),
        "io" => new(502, "host-io", "The host could not read or write.", "Somebody must look at its disk and rights."),
        "keeper" or "spawn" or "log-unusable" => new(502, "host-keeper", "The host could not start the worker.", "Its daemon.log tells more."),
        _ => new(502, "host-broke", "Something went wrong on the host.", "Its daemon.log tells more."),
    };
}
