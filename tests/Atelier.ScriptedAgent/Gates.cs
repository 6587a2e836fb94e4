namespace Atelier.AgentScripts;

/// <summary>Gates by name: files that a test makes. One that is open stays open, also for the next start of the program.</summary>
internal sealed class Gates(AgentFolder folder, Transcript transcript, TimeProvider time)
{
    // Looked for, not watched: watches are a bounded resource of the machine, and many of these programs run at once.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    public async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        transcript.Add("waiting", detail: name);
        while (!File.Exists(Path.Combine(folder.Gates, name)))
        {
            await Task.Delay(s_look, time, cancellationToken);
        }

        transcript.Add("passed", detail: name);
    }
}
