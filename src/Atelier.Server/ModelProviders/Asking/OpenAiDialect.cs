using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>Chat completions (https://platform.openai.com/docs/api-reference/chat), streamed, as many servers have them.</summary>
/// <remarks>
/// <code>
/// {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"read","arguments":"{\"pa"}}]},"finish_reason":null}]}
/// {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12}}
/// </code>
/// Some send no index of a call, some its name with every piece, some no id at all.
/// </remarks>
internal sealed class OpenAiDialect : IModelDialect
{
    /// <summary>Text and thoughts come first; calls behind them, by their own index.</summary>
    private const int TextAt = 1;

    private const int ThoughtAt = 0;
    private const int CallsFrom = 2;

    public string PathBehind(string baseUrl) => "/chat/completions";

    public void Authorize(HttpRequestMessage request, string? apiKey)
    {
        if (apiKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {apiKey}");
        }
    }

    public JsonObject Body(ModelProvider provider, ModelPrompt prompt)
    {
        var body = new JsonObject
        {
            ["model"] = provider.Model,
            [IsOpenAi(provider.BaseUrl) ? "max_completion_tokens" : "max_tokens"] = provider.MaxOutputTokens,
            ["stream"] = true,
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
            ["messages"] = new JsonArray([new JsonObject { ["role"] = "system", ["content"] = prompt.System }, .. prompt.Messages.SelectMany(Messages)]),
        };
        if (prompt.Tools.Count > 0)
        {
            body["tools"] = new JsonArray([.. prompt.Tools.Select(tool => new JsonObject
            {
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = tool.Schema.DeepClone() },
            })]);
        }

        return body;
    }

    public ModelPiece? Take(AnswerBuilder answer, JsonElement data)
    {
        if (data.Member("error") is { } error)
        {
            throw ModelRefusals.Of(error.Member("code").Text() ?? error.Member("type").Text(), error.Member("message").Text());
        }

        if (data.Member("usage") is { } usage)
        {
            answer.InputTokens = usage.Member("prompt_tokens").Number() ?? answer.InputTokens;
            answer.OutputTokens = usage.Member("completion_tokens").Number() ?? answer.OutputTokens;
        }

        if (data.Member("choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0)
        {
            return null;
        }

        var choice = choices[0];
        answer.StopReason = choice.Member("finish_reason").Text() switch
        {
            null => answer.StopReason,
            "length" => "max_tokens",
            "content_filter" => "refusal",
            "tool_calls" or "function_call" => "tool_use",
            _ => "end_turn",
        };
        return choice.Member("delta") is { } delta ? Take(answer, delta) : null;

        static ModelPiece? Take(AnswerBuilder answer, JsonElement delta)
        {
            if (delta.Member("tool_calls") is { ValueKind: JsonValueKind.Array } calls)
            {
                foreach (var call in calls.EnumerateArray())
                {
                    TakeCall(answer, call);
                }
            }

            if ((delta.Member("reasoning_content") ?? delta.Member("reasoning")).Text() is { Length: > 0 } thought)
            {
                answer.Open(ThoughtAt, AnswerBuilder.PartKind.Thought);
                answer.Add(ThoughtAt, thought);
                return new ModelPiece.Thought(thought);
            }

            if (delta.Member("content").Text() is { Length: > 0 } text)
            {
                answer.Open(TextAt, AnswerBuilder.PartKind.Text);
                answer.Add(TextAt, text);
                return new ModelPiece.Said(text);
            }

            return null;
        }
    }

    /// <summary>Its newer models refuse the name that everybody else knows.</summary>
    private static bool IsOpenAi(string baseUrl) => Uri.TryCreate(baseUrl, UriKind.Absolute, out var url) && url.Host == "api.openai.com";

    private static void TakeCall(AnswerBuilder answer, JsonElement call)
    {
        var id = call.Member("id").Text() ?? "";
        var last = Math.Max(answer.Last, CallsFrom - 1);
        var at = call.Member("index").Number() is { } index ? CallsFrom + index : id.Length > 0 ? last + 1 : Math.Max(last, CallsFrom);
        var name = answer.Has(at, AnswerBuilder.PartKind.Call) ? "" : call.Member("function")?.Member("name").Text() ?? "";
        answer.Open(at, AnswerBuilder.PartKind.Call, id.Length > 0 || answer.Has(at, AnswerBuilder.PartKind.Call) ? id : $"call_{at}", name);
        answer.Add(at, call.Member("function")?.Member("arguments").Text() ?? "");
    }

    private static IEnumerable<JsonNode> Messages(ModelMessage message) => message switch
    {
        ModelMessage.Person { Content: [ModelContent.Text only] } => [new JsonObject { ["role"] = "user", ["content"] = only.Words }],
        ModelMessage.Person person => [new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. person.Content.Select(Content)]) }],
        ModelMessage.Model model => [Answer(model.Parts)],
        ModelMessage.Results results => results.Of.Select(result =>
            new JsonObject { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = result.IsError ? $"Error: {result.Text}" : result.Text }),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Content(ModelContent content) => content switch
    {
        ModelContent.Text text => new() { ["type"] = "text", ["text"] = text.Words },
        ModelContent.Image image => new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:{image.MimeType};base64,{image.Data}" } },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static JsonObject Answer(IReadOnlyList<AnswerPart> parts)
    {
        var text = string.Concat(parts.OfType<AnswerPart.Text>().Select(part => part.Words));
        var message = new JsonObject { ["role"] = "assistant", ["content"] = text.Length > 0 ? text : null };
        if (parts.OfType<AnswerPart.Call>().ToList() is { Count: > 0 } calls)
        {
            message["tool_calls"] = new JsonArray([.. calls.Select(call => new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",

                // Some servers read what they are given back, and break on what is no JSON.
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = (CallArguments.Object(call.Arguments) ?? []).ToJsonString() },
            })]);
        }

        return message;
    }
}
