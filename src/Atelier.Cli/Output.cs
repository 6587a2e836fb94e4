using Spectre.Console;

namespace Atelier.Cli;

/// <summary>Everything the CLI prints, to people as tables and lines, to programs as JSON.</summary>
internal sealed class Output(bool isJson)
{
    private readonly TextWriter _people = Console.Out;

    /// <summary>Whether a program reads it.</summary>
    public bool IsJson { get; } = isJson;

    /// <summary>Prints the server's answer as it is, or for people.</summary>
    public void Answer(string json, Action<Output> forPeople)
    {
        if (IsJson)
        {
            _people.WriteLine(json);
        }
        else
        {
            forPeople(this);
        }
    }

    /// <summary>What was asked for is done, and there is nothing to show: an empty object for programs, who read JSON from every command.</summary>
    public void Done()
    {
        if (IsJson)
        {
            _people.WriteLine("{}");
        }
    }

    public void Line(string text) => _people.WriteLine(text);

    /// <summary>Prints a line in a colour, where a person sees it.</summary>
    public void Line(string text, ConsoleColor colour)
    {
        var isSeen = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        _people.WriteLine(isSeen ? $"\u001b[{Code(colour)}m{text}\u001b[0m" : text);
    }

    /// <summary>Prints text as it comes, without ending the line.</summary>
    public void Text(string text)
    {
        _people.Write(text);
        _people.Flush();
    }

    /// <summary>Prints rows under headings; says so when there are none.</summary>
    public void Table(string nothing, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Dim))).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        if (table.Rows.Count == 0)
        {
            Line(nothing);
            return;
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 4096; // a line is a row, however long
            AnsiConsole.Profile.Capabilities.Ansi = false;
        }

        AnsiConsole.Write(table);
    }

    private static int Code(ConsoleColor colour) => colour switch
    {
        ConsoleColor.Red => 31,
        ConsoleColor.Green => 32,
        ConsoleColor.Yellow => 33,
        ConsoleColor.Cyan => 36,
        _ => 0,
    };

    /// <summary>Says what went wrong.</summary>
    public static void Problem(string text) => Console.Error.WriteLine(text);

    /// <summary>Asks a yes-or-no question; no where nobody can answer.</summary>
    public static bool Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            return false;
        }

        Console.Error.Write($"{question} [y/N] ");
        return Console.In.ReadLine() is "y" or "Y" or "yes";
    }
}
