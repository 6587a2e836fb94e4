using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Atelier.Client.Api;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.TestKit;
using Atelier.TestKit.Agents;

namespace Atelier.System.Tests.Agents;

/// <summary>An editor that speaks with <c>atelier acp</c>, while the server behind it is killed.</summary>
public sealed class EditorTests
{
    private const int Chunks = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "AE13")]
    public async Task An_editor_is_told_everything_once_and_asks_everything_once_however_often_the_server_is_killed()
    {
        await using var system = await SystemUnderTest.StartAsync();
        using var repository = new TemporaryRepository();
        var program = new ScriptedAgent(
            repository.Beside("agent"),
            new AgentScript().Resumes().OnPrompt("^first", steps => steps
                .Say(Text(1), Chunks).Gate("middle").Say(Text(2), Chunks).AskPermission("call-1", "Run it").Say(Text(3), Chunks)));
        await system.AddRepositoryAsync(repository.Path);
        var id = await system.AddProgramAsync("Scripted", command: null, acp: TemplateText.Of([.. program.Command]));
        var asked = new ConcurrentQueue<JsonElement>();
        var mayAnswer = new TaskCompletionSource();
        var wasAsked = new TaskCompletionSource();
        var text = new ConcurrentQueue<string>();
        var methods = new JsonRpcMethods()
            .OnNotification(EditorMethods.Update, EditorJson.Default.SessionUpdate, (told, _) =>
            {
                if (told.Update.GetProperty("sessionUpdate").ValueEquals("agent_message_chunk"))
                {
                    text.Enqueue(told.Update.GetProperty("content").GetProperty("text").GetString() ?? "");
                }

                return ValueTask.CompletedTask;
            })
            .OnRequest(
                EditorMethods.RequestPermission,
                EditorJson.Default.JsonElement,
                EditorJson.Default.JsonElement,
                async (question, _) =>
                {
                    asked.Enqueue(question);
                    wasAsked.TrySetResult();
                    await mayAnswer.Task;
                    var option = question.GetProperty("options").EnumerateArray().First(one => one.GetProperty("kind").ValueEquals("allow_once")).GetProperty("optionId").GetString();
                    return JsonSerializer.SerializeToElement(new { outcome = new { outcome = "selected", optionId = option } });
                },
                waitsOutside: true);
#pragma warning disable RS0030 // the tests' own adapter
        using var bridge = Process.Start(new ProcessStartInfo(Path.Combine(Path.GetDirectoryName(Checkout.ProgramOf("Atelier.Cli")) ?? "", "atelier"), ["acp", "--data", system.Data.Path])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        }) ?? throw new InvalidOperationException("The command line did not start.");
#pragma warning restore RS0030
        await using var editor = new JsonRpcPeer(new LineMessages(bridge.StandardOutput.BaseStream, bridge.StandardInput.BaseStream, 16 << 20), methods);
        var running = Task.Run(() => editor.RunAsync(Cancel), Cancel);

        await AskAsync(editor, EditorMethods.Initialize, new { protocolVersion = 1, clientCapabilities = new { } });
        var session = (await AskAsync(editor, EditorMethods.NewSession, new { cwd = repository.Path, mcpServers = Array.Empty<string>(), _meta = new { atelier = new { agentProgramId = id } } })).GetProperty("sessionId").GetString();
        var prompting = AskAsync(editor, EditorMethods.Prompt, new { sessionId = session, prompt = new[] { new { type = "text", text = "first" } } });
        await program.WaitAtGateAsync("middle");
        await system.KillServerAsync();
        program.OpenGate("middle");
        await system.StartServerAsync();
        await Patience.For(wasAsked.Task, "the editor to be asked");
        await system.KillServerAsync();
        mayAnswer.SetResult();
        await system.StartServerAsync();
        var reply = await Patience.For(prompting, "the answer to the prompt");
        bridge.StandardInput.Close();
        await Patience.For(bridge.WaitForExitAsync(Cancel), "the bridge to end");
        await running;

        Assert.Equal(("end_turn", 0), (reply.GetProperty("stopReason").GetString(), bridge.ExitCode));
        Assert.Equal(["first"], program.Prompts);
        Assert.Single(asked);
        Assert.Empty(program.Violations);
        Assert.Single(program.Answers(), answer => answer.Answer["result"]?["outcome"]?["outcome"] is not null);
        Assert.Equal(program.SaidText, string.Concat(text));
    }

    private static string Text(int number) => string.Concat(Enumerable.Range(0, 400).Select(word => $"{number}.{word} "));

    private static Task<JsonElement> AskAsync(JsonRpcPeer editor, string method, object parameters) =>
        editor.RequestAsync(method, JsonSerializer.SerializeToElement(parameters), EditorJson.Default.JsonElement, EditorJson.Default.JsonElement, Cancel);
}
