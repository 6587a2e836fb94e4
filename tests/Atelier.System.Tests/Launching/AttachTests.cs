namespace Atelier.System.Tests.Launching;

/// <summary>What <c>atelier attach</c> promises to somebody at a terminal.</summary>
public sealed class AttachTests
{
    [Fact]
    public async Task Every_key_goes_to_the_worker_as_it_is_pressed_until_the_one_that_leaves()
    {
        await using var atelier = await InstalledAtelier.MakeAsync();
        await atelier.Up().ReadyAsync();
        var worker = await atelier.StartWorkerAsync("sh", "-c", "stty raw -echo; printf 'ready\\r\\n'; head -c 4 | od -An -c; exec sleep 600");

        using var terminal = atelier.AtTerminal("attach", worker);
        await terminal.ShowsAsync("ready");
        await terminal.PressAsync("a\t\u0003\r");
        await terminal.ShowsAsync(@"a  \t 003  \r");
        await terminal.PressAsync("\u001d");

        Assert.Equal(0, await terminal.EndAsync());
        Assert.Contains("keeper", (await atelier.ProcessesAsync()).Select(role => role.Key));
    }
}
