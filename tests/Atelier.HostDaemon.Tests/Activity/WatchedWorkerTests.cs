using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.TestKit;
using Atelier.TestKit.HostLink;

namespace Atelier.HostDaemon.Tests.Activity;

public sealed class WatchedWorkerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agents_activity_is_told_as_its_screen_shows_it_and_again_after_a_restart()
    {
        await using var machine = await TestMachine.StartAsync();
        var first = machine.StartDaemon();
        var link = await machine.Server.LinkAsync();
        var worker = machine.Id("1");
        await link.StartAsync(machine.Shell(worker, """
            printf 'ready> '; read line
            for n in a b c d e f g h i j k l; do printf '%s working\r\n' $n; sleep 0.2; done
            printf 'Shall I go on with it?'; sleep 600
            """) with
        {
            DetectActivity = true,
            AskingPatterns = ["Shall I go on with it"],
        });

        await ActivityAsync(link, ActivityState.Idle);
        await using (var keeper = await KeeperConnection.OpenAsync((await link.AttachPointAsync(worker)).Socket, "me", Token))
        {
            var typed = Encoding.UTF8.GetBytes("go\r");
            await link.TellAsync(
                HostMethods.WorkerTyped, new WorkerTypedNotice(worker, typed), HostJson.Default.WorkerTypedNotice);
            await keeper.TypeAsync(1, typed, Token);
            await ActivityAsync(link, ActivityState.Active);
        }

        await ActivityAsync(link, ActivityState.Asking);
        first.Kill();
        link = await machine.LinkAsync();
        await ActivityAsync(link, ActivityState.Asking);
    }

    private static async Task ActivityAsync(TestLink link, ActivityState state)
    {
        while ((await Patience.For(link.Activity.Reader.ReadAsync(Token).AsTask(), $"the agent to be {state}")).State != state)
        {
        }
    }
}
