using System.Globalization;
using System.Text.RegularExpressions;

namespace Atelier.Git.Repositories;

/// <summary>How far a transfer has come, as git's progress meter says.</summary>
/// <remarks>
/// <code>
/// remote: Counting objects: 100% (36/36), done.
/// Receiving objects:  45% (1234/2742), 1.20 MiB | 2.40 MiB/s
/// Resolving deltas: 100% (812/812), done.
/// remote: Enumerating objects: 5213, done.
/// </code>
/// </remarks>
/// <param name="Phase">What it does, in git's words.</param>
/// <param name="Completed">Steps done; null when it does not count.</param>
/// <param name="Total">Steps in all; null when unknown.</param>
public sealed partial record CloneProgress(string Phase, long? Completed, long? Total)
{
    /// <summary>Reads a line of standard error; null when it is not of the meter.</summary>
    public static CloneProgress? Read(string line)
    {
        var match = Meter().Match(line);
        return match.Success
            ? new CloneProgress(match.Groups["phase"].Value, Number(match.Groups["done"]), Number(match.Groups["total"]))
            : null;
    }

    internal static Action<string>? Reader(Action<CloneProgress>? onProgress) =>
        onProgress is null
            ? null
            : line =>
            {
                if (Read(line) is { } progress)
                {
                    onProgress(progress);
                }
            };

    private static long? Number(Group group) =>
        long.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(
        @"^(?:remote: )?(?<phase>[A-Z][a-z]+(?: [a-z]+){1,3}):\s+(?:\d+% \((?<done>\d+)/(?<total>\d+)\)|(?<done>\d+))",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Meter();
}
