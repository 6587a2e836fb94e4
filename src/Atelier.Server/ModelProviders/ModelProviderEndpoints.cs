using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.ModelProviders;

/// <summary>A provider as people see it: never with its key.</summary>
internal sealed record ModelProviderView(
    ModelProviderId Id,
    string Name,
    ModelProviderKind Kind,
    string BaseUrl,
    string Model,
    bool HasApiKey,
    int ContextTokens,
    int MaxOutputTokens,
    bool IsDefault,
    bool IsConfigured)
{
    public static ModelProviderView Of(ModelProvider provider) => new(
        provider.Id,
        provider.Name,
        provider.Kind,
        provider.BaseUrl,
        provider.Model,
        provider.ApiKey is not null,
        provider.ContextTokens,
        provider.MaxOutputTokens,
        provider.IsDefault,
        provider.IsConfigured);
}

internal sealed record ModelProvidersReply(IReadOnlyList<ModelProviderView> ModelProviders);

internal sealed record ModelProviderReply(ModelProviderView ModelProvider);

/// <summary>Asks for a provider, or changes one; what is absent stays.</summary>
/// <param name="Name">For people; the model's name when absent.</param>
/// <param name="Kind">anthropic or openai-compatible.</param>
/// <param name="BaseUrl">Its address, without the path of a method.</param>
/// <param name="Model">Which of its models.</param>
/// <param name="ApiKey">Its key; empty for none.</param>
/// <param name="ContextTokens">Tokens that the model takes in, its answer included.</param>
/// <param name="MaxOutputTokens">Tokens of an answer at most.</param>
/// <param name="IsDefault">true: it is asked where none is named.</param>
internal sealed record ModelProviderRequest(
    string? Name = null,
    string? Kind = null,
    string? BaseUrl = null,
    string? Model = null,
    string? ApiKey = null,
    int? ContextTokens = null,
    int? MaxOutputTokens = null,
    bool? IsDefault = null);

internal static class ModelProviderEndpoints
{
    public static void MapModelProviders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/model-providers", List).AllowAnyUser();
        routes.MapPost("/api/model-providers", Add).Requires(Access.Administrator);
        routes.MapPatch("/api/model-providers/{id}", Change).Requires(Access.Administrator);
        routes.MapDelete("/api/model-providers/{id}", Remove).Requires(Access.Administrator);
    }

    private static async Task<Ok<ModelProvidersReply>> List(KnownModels models, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ModelProvidersReply([.. (await models.AllAsync(cancellationToken)).Select(ModelProviderView.Of)]));

    private static async Task<Results<Created<ModelProviderReply>, ProblemHttpResult>> Add(
        ModelProviderRequest request, CurrentUser user, KnownModels models, ModelProviderStore store, AuditLog audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var empty = new ModelProvider(
            ModelProviderId.New(clock),
            request.Model?.Trim() ?? "",
            ModelProviderKind.Anthropic,
            BaseUrl: "",
            Model: "",
            ApiKey: null,
            ModelProvider.UsualContextTokens,
            Math.Min(ModelProvider.UsualMaxOutputTokens, (request.ContextTokens ?? ModelProvider.UsualContextTokens) / 4),
            IsDefault: false);
        return request.Kind is null
            ? ModelProviderProblems.Invalid("kind is anthropic or openai-compatible.")
            : await SaveAsync(empty, request, "model-provider-added", user, models, store, audit, cancellationToken) switch
            {
                (_, { } problem) => problem,
                var (view, _) => TypedResults.Created($"/api/model-providers/{empty.Id}", new ModelProviderReply(view)),
            };
    }

    private static async Task<Results<Ok<ModelProviderReply>, ProblemHttpResult>> Change(
        ModelProviderId id, ModelProviderRequest request, CurrentUser user, KnownModels models, ModelProviderStore store, AuditLog audit, CancellationToken cancellationToken)
    {
        if ((await models.AllAsync(cancellationToken)).FirstOrDefault(one => one.Id == id) is not { } provider)
        {
            return ModelProviderProblems.NotFound(id.Value);
        }

        if (provider.IsConfigured)
        {
            return ModelProviderProblems.Configured();
        }

        return await SaveAsync(provider, request, "model-provider-changed", user, models, store, audit, cancellationToken) switch
        {
            (_, { } problem) => problem,
            var (view, _) => TypedResults.Ok(new ModelProviderReply(view)),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        ModelProviderId id, CurrentUser user, ModelProviderStore store, AuditLog audit, CancellationToken cancellationToken)
    {
        if (id == KnownModels.ConfiguredId)
        {
            return ModelProviderProblems.Configured();
        }

        if (await store.DeleteAsync(id, cancellationToken) > 0)
        {
            await audit.WriteAsync(new AuditEntry(user.Actor, "model-provider-removed", "model-provider", id.Value), cancellationToken);
        }

        return TypedResults.NoContent();
    }

    private static async Task<(ModelProviderView View, ProblemHttpResult? Problem)> SaveAsync(
        ModelProvider before,
        ModelProviderRequest request,
        string action,
        CurrentUser user,
        KnownModels models,
        ModelProviderStore store,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        var kind = request.Kind is null ? before.Kind : ModelProviderWords.KindOf(request.Kind);
        var provider = before with
        {
            Name = request.Name?.Trim() ?? before.Name,
            Kind = kind ?? before.Kind,
            BaseUrl = request.BaseUrl?.Trim() ?? before.BaseUrl,
            Model = request.Model?.Trim() ?? before.Model,
            ApiKey = request.ApiKey is null ? before.ApiKey : request.ApiKey.Trim() is { Length: > 0 } key ? key : null,
            ContextTokens = request.ContextTokens ?? before.ContextTokens,
            MaxOutputTokens = request.MaxOutputTokens ?? before.MaxOutputTokens,
            IsDefault = request.IsDefault ?? before.IsDefault,
        };
        if (kind is null)
        {
            return (ModelProviderView.Of(before), ModelProviderProblems.Invalid("kind is anthropic or openai-compatible."));
        }

        // A key is for the address that it was given with: whoever may change the address must not get it sent elsewhere.
        if (request.BaseUrl is not null && request.ApiKey is null && before.ApiKey is not null && provider.BaseUrl != before.BaseUrl)
        {
            return (ModelProviderView.Of(before), ModelProviderProblems.Invalid("Say apiKey with another baseUrl: the key that is kept is for the old one."));
        }

        if (provider.Wrong() is { } wrong)
        {
            return (ModelProviderView.Of(before), ModelProviderProblems.Invalid(wrong));
        }

        await store.SaveAsync(provider, user.Id, cancellationToken);
        await audit.WriteAsync(
            new AuditEntry(user.Actor, action, "model-provider", provider.Id.Value, new { provider.Name, Kind = provider.Kind.Word(), provider.BaseUrl, provider.Model }), cancellationToken);
        var saved = (await models.AllAsync(cancellationToken)).FirstOrDefault(one => one.Id == provider.Id) ?? provider;
        return (ModelProviderView.Of(saved), null);
    }
}
