using System.Globalization;

namespace Atelier.DemoAgent;

/// <summary>What the demo agent is started with.</summary>
/// <param name="StateFolder">Where its conversations are kept.</param>
/// <param name="Pace">How long its pauses are; 1 is natural, 0 is none.</param>
internal sealed record DemoOptions(string StateFolder, double Pace)
{
    public const string Usage = """
        usage: Atelier.DemoAgent [--instant]

        Speaks the Agent Client Protocol on its standard streams and does small, harmless work without a model and without a network.

          --instant   no pauses; the same as ATELIER_DEMO_PACE=0

          ATELIER_DEMO_PACE    1 for natural pauses, 0.5 for half of them, 0 for none
          ATELIER_DEMO_STATE   folder of its conversations; $XDG_STATE_HOME/atelier-demo-agent when absent
        """;

    /// <summary>Reads the command line and the environment; null for a command line that is none.</summary>
    public static DemoOptions? Read(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        if (arguments.Any(argument => argument != "--instant"))
        {
            return null;
        }

        var pace = double.TryParse(variable("ATELIER_DEMO_PACE"), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 0, 10) : 1;
        return new DemoOptions(
            variable("ATELIER_DEMO_STATE") is { Length: > 0 } folder ? folder : Path.Combine(StateHome(variable), "atelier-demo-agent"),
            arguments.Count > 0 ? 0 : pace);
    }

    private static string StateHome(Func<string, string?> variable) => variable("XDG_STATE_HOME") is { Length: > 0 } home
        ? home
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/state");
}
