using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Identity;
using Microsoft.OpenApi;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>
/// The HTTP interface as OpenAPI, from the routes themselves; the page's types are generated from it.
/// </summary>
internal static class InterfaceDescription
{
    public static IServiceCollection AddInterfaceDescription(this IServiceCollection services) => services.AddOpenApi(
        "v1",
        openApi =>
        {
            openApi.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "Atelier", Version = "v1" };
                document.Servers?.Clear();
                return Task.CompletedTask;
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
}
