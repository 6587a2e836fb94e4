namespace Atelier.Terminal.Modes;

/// <summary>What a program calls its window, and where it says it works.</summary>
internal sealed class Labels
{
    private const int StackDepth = 10;

    private readonly List<string> _titles = [];
    private readonly List<string> _iconNames = [];

    public string Title { get; private set; } = "";

    public string IconName { get; private set; } = "";

    /// <summary>OSC 7, a file URL as the program gave it.</summary>
    public string WorkingDirectory { get; private set; } = "";

    public IReadOnlyList<string> PushedTitles => _titles;

    public IReadOnlyList<string> PushedIconNames => _iconNames;

    public int MemoryBytes =>
        2 * (Title.Length + IconName.Length + WorkingDirectory.Length + _titles.Sum(t => t.Length) + _iconNames.Sum(t => t.Length));

    public void SetTitle(string title) => Title = Bounded(title);

    public void SetIconName(string name) => IconName = Bounded(name);

    public void SetWorkingDirectory(string directory) => WorkingDirectory = Bounded(directory);

    public void PushTitle() => Push(_titles, Title);

    public void PushIconName() => Push(_iconNames, IconName);

    public void PopTitle() => Title = Pop(_titles) ?? Title;

    public void PopIconName() => IconName = Pop(_iconNames) ?? IconName;

    private static string Bounded(string text)
    {
        if (text.Length <= ScreenLimits.MaximumTitleLength)
        {
            return text;
        }

        var end = ScreenLimits.MaximumTitleLength;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }

    private static void Push(List<string> stack, string text)
    {
        stack.Add(text);
        if (stack.Count > StackDepth)
        {
            stack.RemoveAt(0);
        }
    }

    private static string? Pop(List<string> stack)
    {
        if (stack.Count == 0)
        {
            return null;
        }

        var text = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return text;
    }
}
