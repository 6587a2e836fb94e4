using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Events;
using Atelier.FakeModelServer.Protocols;
using Atelier.FakeModelServer.Replies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.FakeModelServer;

/// <summary>The paths that programs call, with and without the version in front: base addresses differ in that.</summary>
internal sealed class ModelEndpoints(
    ScriptPlayer player, EventLog events, Signals signals, TimeProvider time, string? scripts, string? requests)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var version in (string[])["", "/v1"])
        {
            Answer(routes, version + "/messages", new AnthropicMessages());
            Answer(routes, version + "/chat/completions", new OpenAiChat(time));
            Answer(routes, version + "/responses", new OpenAiResponses(time));
            routes.MapPost(version + "/messages/count_tokens", (JsonObject body) =>
                Probe("anthropic-messages", new JsonObject { ["input_tokens"] = CountWords(body) }));
            routes.MapGet(version + "/models", () => Probe("openai-models", new JsonObject
            {
                ["object"] = "list",
                ["data"] = new JsonArray(new JsonObject { ["id"] = "scripted", ["object"] = "model" }),
            }));
        }

        var gemini = new GeminiContent();
        routes.MapPost("/v1beta/models/{target}", (HttpContext context, JsonObject body, string target) =>
            target.EndsWith(":countTokens", StringComparison.Ordinal)
                ? Probe(gemini.Name, new JsonObject { ["totalTokens"] = CountWords(body) }).ExecuteAsync(context)
                : AnswerAsync(gemini, context, body));
        routes.MapPost("/signals/{name}", (string name) =>
        {
            signals.Give(name);
            return TypedResults.NoContent();
        });
        routes.MapMethods("/", ["GET", "HEAD"], () => TypedResults.Ok());
    }

    private static int CountWords(JsonObject body) => ModelRequest.CountWords(body.ToJsonString());

    private void Answer(IEndpointRouteBuilder routes, string path, IModelProtocol protocol) =>
        routes.MapPost(path, (HttpContext context, JsonObject body) => AnswerAsync(protocol, context, body));

    private JsonHttpResult<JsonObject> Probe(string protocol, JsonObject answer)
    {
        events.Add(ModelEventKind.Received, events.NextRequest(), protocol, RequestPurpose.Probe);
        return TypedResults.Json(answer);
    }

    private async Task AnswerAsync(IModelProtocol protocol, HttpContext context, JsonObject body)
    {
        var number = events.NextRequest();
        await KeepAsync(number, body, context.RequestAborted);
        var request = protocol.Read(body, context.Request);
        void Happened(ModelEventKind kind, string? detail) => events.Add(kind, number, protocol.Name, request.Purpose, detail);

        Happened(ModelEventKind.Received, null);
        try
        {
            var (script, steps) = ScriptPlayer.StepsFor(request, ReadScript);
            var reply = protocol.Reply(request, context.Response);
            await player.PlayAsync(script, steps, request, reply, Happened, context.RequestAborted);
        }
        catch (RefusedException refused)
        {
            Happened(ModelEventKind.Refused, refused.Status.ToString(CultureInfo.InvariantCulture));
            await RefuseAsync(protocol, context, refused.Status, refused.Message);
        }
        catch (FormatException broken)
        {
            Happened(ModelEventKind.Refused, broken.Message);
            await RefuseAsync(protocol, context, StatusCodes.Status400BadRequest, broken.Message);
        }
        catch (CutException)
        {
            Happened(ModelEventKind.Cut, null);
            context.Abort();
        }
        catch (Exception hungUp) when (hungUp is OperationCanceledException or IOException)
        {
            Happened(ModelEventKind.Cancelled, null);
        }
    }

    private static async Task RefuseAsync(IModelProtocol protocol, HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = "1";
        await context.Response.WriteAsJsonAsync(
            protocol.Refusal(status, message), JsonSerializerOptions.Web, context.RequestAborted);
    }

    private async Task KeepAsync(int number, JsonObject body, CancellationToken cancellationToken)
    {
        if (requests is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(requests, $"{number:d4}.json"), body.ToJsonString(), cancellationToken);
        }
    }

    private string ReadScript(string name)
    {
        var path = Path.Combine(scripts ?? "", Path.GetFileName(name) + ".script");
        return scripts is not null && File.Exists(path)
            ? File.ReadAllText(path)
            : throw new FormatException($"There is no script file '{name}'.");
    }
}
