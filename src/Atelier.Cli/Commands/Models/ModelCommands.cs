using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Models;

/// <summary><c>atelier models list|add|edit|remove</c>.</summary>
internal static class ModelCommands
{
    public static Command Make() => new("models", "Model providers of the built-in agent and chat") { List(), Add(), Edit(), Remove() };

    private static Command List() => new Command("list", "List model providers").Runs(async (run, cancellationToken) =>
    {
        var json = await run.Api.SendAsync(HttpMethod.Get, "/api/model-providers", cancellationToken);
        run.Output.Answer(json, output => output.Table(
            "No model providers. Add one: atelier models add anthropic https://api.anthropic.com MODEL --key-file FILE",
            ["ID", "NAME", "KIND", "ADDRESS", "MODEL", "KEY", "DEFAULT"],
            ApiClient.Read(json, ApiJson.Default.ModelProvidersAnswer).ModelProviders.Select(one => new[]
            {
                one.Id, one.Name, one.Kind, one.BaseUrl, one.Model, one.HasApiKey ? "yes" : "no", one.IsDefault ? "default" : "",
            })));
    });

    private static Command Add()
    {
        var kind = new Argument<string>("kind") { Description = "anthropic or openai-compatible" };
        kind.AcceptOnlyFromAmong("anthropic", "openai-compatible");
        var address = new Argument<string>("address") { Description = "As in https://api.anthropic.com or http://127.0.0.1:11434/v1" };
        var model = new Argument<string>("model") { Description = "Which of its models" };
        var name = new Option<string?>("--name") { Description = "For people (default: the model's name)" };
        var (key, context, output, isDefault) = (Key(), Context(), Output(), Default());
        return new Command("add", "Add a model provider") { kind, address, model, name, key, context, output, isDefault }.Runs((run, cancellationToken) => SaveAsync(
            run,
            HttpMethod.Post,
            "/api/model-providers",
            new SaveModelProvider(
                run.Value(name), run.Value(kind), run.Value(address), run.Value(model), KeyIn(run.Value(key)), run.Value(context), run.Value(output), run.Value(isDefault) ? true : null),
            cancellationToken));
    }

    private static Command Edit()
    {
        var id = new Argument<string>("provider") { Description = "Its id" };
        var name = new Option<string?>("--name") { Description = "For people" };
        var address = new Option<string?>("--address") { Description = "Its address; needs the key again" };
        var model = new Option<string?>("--model") { Description = "Which of its models" };
        var (key, context, output, isDefault) = (Key(), Context(), Output(), Default());
        return new Command("edit", "Change a model provider; what is not given stays") { id, name, address, model, key, context, output, isDefault }.Runs(
            (run, cancellationToken) => SaveAsync(
                run,
                HttpMethod.Patch,
                $"/api/model-providers/{Uri.EscapeDataString(run.Value(id))}",
                new SaveModelProvider(
                    run.Value(name), Kind: null, run.Value(address), run.Value(model), KeyIn(run.Value(key)), run.Value(context), run.Value(output), run.Value(isDefault) ? true : null),
                cancellationToken));
    }

    private static Command Remove()
    {
        var id = new Argument<string>("provider") { Description = "Its id" };
        return new Command("remove", "Remove a model provider") { id }.Runs(async (run, cancellationToken) =>
        {
            await run.Api.SendAsync(HttpMethod.Delete, $"/api/model-providers/{Uri.EscapeDataString(run.Value(id))}", cancellationToken);
            run.Output.Done();
        });
    }

    private static Option<string?> Key() => new("--key-file") { Description = "File with its key, - for standard input; an empty one for none. It is not taken as an argument, which others can see" };

    private static Option<int?> Context() => new("--context-tokens") { Description = "Tokens that the model takes in, its answer included" };

    private static Option<int?> Output() => new("--output-tokens") { Description = "Tokens of an answer at most" };

    private static Option<bool> Default() => new("--default") { Description = "Ask it where none is named" };

    /// <summary>Null when no file was given.</summary>
    private static string? KeyIn(string? file) => file is null ? null : (file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file)).Trim();

    private static async Task SaveAsync(CommandRun run, HttpMethod method, string path, SaveModelProvider request, CancellationToken cancellationToken)
    {
        var json = await run.Api.SendAsync(method, path, request, ApiJson.Default.SaveModelProvider, cancellationToken);
        run.Output.Answer(json, output => output.Line(ApiClient.Read(json, ApiJson.Default.ModelProviderAnswer).ModelProvider.Id));
    }
}
