namespace Atelier.Server.Imports;

internal static class ImportsSetup
{
    public static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<ImportStore>()
        .AddSingleton<ImportedPlaces>()
        .AddSingleton<AgentConsoleImport>();
}
