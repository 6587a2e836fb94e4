using System.Diagnostics;
using Atelier.TestKit;

namespace Atelier.System.Tests.Launching;

/// <summary>The script that people start, <c>./atelier</c>, where nothing was started yet.</summary>
public sealed class LauncherTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sessions", "list")]
    [InlineData("status", "--json")]
    [InlineData("down")]
    [InlineData("backup", "file")]
    public async Task A_verb_about_a_folder_where_nothing_was_started_says_so_and_builds_nothing(params string[] verb)
    {
        using var folder = new TemporaryFolder();
        var data = folder["data"];
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "atelier"), [.. verb, "--data", data]) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove("ATELIER_URL");
#pragma warning disable RS0030 // the tests' own adapter
        using var launcher = Process.Start(start) ?? throw new InvalidOperationException("The launcher did not start.");
#pragma warning restore RS0030

        var complained = await launcher.StandardError.ReadToEndAsync(Cancel);
        await Patience.For(launcher.WaitForExitAsync(Cancel), "the end of the launcher");

        Assert.Equal((3, $"Nothing was ever started in {data}. Start it: ./atelier up --data {data}"), (launcher.ExitCode, complained.Trim()));
        Assert.False(Directory.Exists(data));
    }
}
