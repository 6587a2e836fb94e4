using Atelier.Client.Api;
using Atelier.Protocol.Layout;

namespace Atelier.Cli;

/// <summary>Finds the server: by ATELIER_URL and ATELIER_TOKEN, else by the data folder.</summary>
internal static class ServerAddress
{
    public static ApiClient Find(DataFolder data, HttpClient http)
    {
        if (Environment.GetEnvironmentVariable("ATELIER_URL") is { Length: > 0 } url)
        {
            return new ApiClient(
                http,
                Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : throw new CliProblemException($"ATELIER_URL is not an address: {url}", ExitCodes.Usage),
                Environment.GetEnvironmentVariable("ATELIER_TOKEN") is { Length: > 0 } token
                    ? token
                    : throw new CliProblemException("ATELIER_URL is set, but ATELIER_TOKEN is not. Make a token on the settings page.", ExitCodes.Usage));
        }

        var record = ProcessRecord.Find(data, ProcessRecord.Server);
        return record is { Address: { } local }
            ? new ApiClient(http, new Uri(local), ReadToken(data))
            : throw new CliProblemException($"No Atelier runs on {data.Path}. Start one: ./atelier up --data {data.Path}", ExitCodes.NoServer);
    }

    private static string ReadToken(DataFolder data)
    {
        try
        {
            return File.ReadAllText(data.TokenFile).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliProblemException($"The token in {data.TokenFile} cannot be read: {problem.Message}");
        }
    }
}
