namespace Atelier.AgentScripts;

/// <summary>The folder of a scripted agent: all that it is told, and all that it leaves behind.</summary>
/// <param name="Path">Where it is.</param>
public sealed record AgentFolder(string Path)
{
    /// <summary>Names the folder where the command line does not.</summary>
    public const string Variable = "ATELIER_SCRIPTED_AGENT";

    /// <summary>What it does.</summary>
    public string Script => System.IO.Path.Combine(Path, "script.json");

    /// <summary>Transcripts, one file for each start of the program: <c>1.jsonl</c>, <c>2.jsonl</c>, …</summary>
    public string Runs => System.IO.Path.Combine(Path, "runs");

    /// <summary>A gate is open when there is a file of its name.</summary>
    public string Gates => System.IO.Path.Combine(Path, "gates");

    /// <summary>Conversations, one file each: where it works, then every update in order.</summary>
    public string Conversations => System.IO.Path.Combine(Path, "conversations");

    public AgentFolder Prepare()
    {
        Directory.CreateDirectory(Runs);
        Directory.CreateDirectory(Gates);
        Directory.CreateDirectory(Conversations);
        return this;
    }
}
