using Atelier.Protocol.HostLink;
using Atelier.Server.AgentPrograms;

namespace Atelier.Server.Imports;

/// <summary>Turns an agent of agent-console, whose command is a line for a shell, into a program whose command is words; pure.</summary>
internal static class ImportedProgram
{
    private const int MaxNameLength = 80;

    // Whatever means something to a shell beside blanks and quotes.
    private const string ShellSigns = "$`&|;<>(){}*?[]~#!\n";

    public static (AgentProgram Program, IReadOnlyList<string> Notes) Of(AgentConsoleAgent there)
    {
        var name = string.Concat(there.Name.Where(character => !char.IsControl(character))).Trim();
        var program = new AgentProgram(
            new AgentProgramId(there.Id),
            name.Length == 0 ? there.Id : name.Length > MaxNameLength ? name[..MaxNameLength] : name,
            IsBuiltIn: false,
            Template(there.Command),
            there.ContinueArguments.Count == 0 ? null : Template($"{there.Command} {string.Join(' ', there.ContinueArguments.Select(Quoted))}"),
            [.. there.AskingPatterns.Where(AgentProgram.IsPattern).Take(AgentProgram.MaxPatterns)],
            Icon: null,
            SandboxKind.None);
        var notes = new List<string>();
        if (program.AskingPatterns.Count < there.AskingPatterns.Count)
        {
            notes.Add($"Program {there.Name}: {there.AskingPatterns.Count - program.AskingPatterns.Count} of its patterns cannot be used here; they are kept in its record.");
        }

        if (program.Wrong() is { } wrong)
        {
            notes.Add($"Program {there.Name} cannot be started as it is: {wrong} Its record has the original command.");
            program = program with { Command = "false", Continue = null };
        }

        return (program, notes);
    }

    /// <summary>The words of a simple line as they are; a line that needs a shell is given to one.</summary>
    private static string Template(string line) =>
        line.IndexOfAny([.. ShellSigns]) < 0 && CommandTemplate.Parse(line) is not null ? line.Trim() : $"sh -lc {Quoted(line)}";

    private static string Quoted(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
