using System.Text.Json.Nodes;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Identity;
using Microsoft.OpenApi;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>What a route sends and takes beside its answer: messages of a socket, events of a stream.</summary>
internal sealed record DescribedMessages(IReadOnlyList<Type> Types);

/// <summary>
/// The HTTP interface as OpenAPI, from the routes themselves; the page's types are generated from it.
/// </summary>
internal static class InterfaceDescription
{
    public static IServiceCollection AddInterfaceDescription(this IServiceCollection services) => services.AddOpenApi(
        "v1",
        openApi =>
        {
            openApi.AddDocumentTransformer(async (document, context, cancellationToken) =>
            {
                document.Info = new OpenApiInfo { Title = "Atelier", Version = "v1" };
                document.Servers?.Clear();
                foreach (var type in MessagesOf(context.ApplicationServices.GetRequiredService<EndpointDataSource>()))
                {
                    document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, parameterDescription: null, cancellationToken));
                }

                Tidy(document);
            });
            openApi.AddSchemaTransformer((schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type.IsAssignableTo(typeof(ITypedId)))
                {
                    schema.Type = JsonSchemaType.String;
                    schema.MaxLength = Ids.MaxLength;
                }

                return Task.CompletedTask;
            });
        });

    public static void MapInterfaceDescription(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymousReason(
            "Describes the interface; holds nothing of anybody's.");

    public static TBuilder Describes<TBuilder>(this TBuilder route, params Type[] messages)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new DescribedMessages(messages));

    private static IEnumerable<Type> MessagesOf(EndpointDataSource routes) =>
        routes.Endpoints.SelectMany(route => route.Metadata.GetOrderedMetadata<DescribedMessages>())
            .SelectMany(messages => messages.Types)
            .Distinct()
            .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static void Tidy(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
        {
            // A word that may be absent somewhere is still one of these words where it is used.
            schema.Enum = schema.Enum is null ? null : [.. schema.Enum.Where(word => !IsNull(word))];
            MakeOptional(schema);
        }
    }

    /// <summary>Nothing is written where there is nothing, and nothing need be sent.</summary>
    private static void MakeOptional(OpenApiSchema schema)
    {
        schema.Discriminator = null; // the type's own words say it, and not every generator follows it into a schema
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (MayBeNull(property))
            {
                schema.Required?.Remove(name);
            }
        }

        foreach (var choice in schema.AnyOf?.OfType<OpenApiSchema>() ?? [])
        {
            choice.Required = new HashSet<string>([.. choice.Required ?? new HashSet<string>(), .. schema.Required ?? new HashSet<string>()], StringComparer.Ordinal);
        }

        IEnumerable<IOpenApiSchema?> parts = [.. schema.Properties?.Values ?? [], .. schema.AnyOf ?? [], .. schema.OneOf ?? [], schema.Items];
        foreach (var part in parts.OfType<OpenApiSchema>())
        {
            MakeOptional(part);
        }
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true
        || schema.OneOf?.Any(one => one.Type == JsonSchemaType.Null) == true
        || (schema is not OpenApiSchemaReference && schema.Enum?.Any(IsNull) == true);

    private static bool IsNull(JsonNode? word) => word is null || word.IsJsonNullSentinel();
}
