using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

internal static class WebSetup
{
    public static void AddWeb(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ServerOptions>().Bind(builder.Configuration.GetSection(ServerOptions.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.Bind), options.Port);
        });
        builder.Services.AddExceptionHandler<UnexpectedProblems>();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => Configure(json.SerializerOptions));
    }

    public static void UseWeb(this WebApplication server)
    {
        server.UseExceptionHandler();
        server.UseStatusCodePages();
        server.UseWebSockets();
        server.UseRouting();
    }

    /// <summary>How bodies look: camel case, enums as words, nothing where there is nothing.</summary>
    private static void Configure(JsonSerializerOptions json)
    {
        json.MaxDepth = 32;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false));
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? context.HttpContext.TraceIdentifier;
        if (problem.Type?.StartsWith("/problems/", StringComparison.Ordinal) != true)
        {
            problem.Type = Problem.TypeOf(problem.Status switch
            {
                404 => "not-found",
                405 => "method-not-allowed",
                415 => "unsupported-media-type",
                _ => $"status-{problem.Status}",
            });
        }
    }
}
