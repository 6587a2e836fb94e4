using Atelier.Server.Accounts.Users;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Infrastructure.Secrets;
using Npgsql;

namespace Atelier.Server.ModelProviders;

internal sealed class ModelProviderStore(NpgsqlDataSource database, SealedSecrets secrets, TimeProvider clock)
{
    private const string Columns = "id, name, kind, base_url, model, api_key, context_tokens, max_output_tokens, is_default";

    public Task<IReadOnlyList<ModelProvider>> AllAsync(CancellationToken cancellationToken) =>
        database.CommandFor($"select {Columns} from model_providers order by created_at, id").AllAsync(Read, cancellationToken);

    /// <summary>Stores a provider. The first one is the default, and one that becomes it takes the place of the one that was.</summary>
    public async Task SaveAsync(ModelProvider provider, UserId by, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.CommandFor("lock table model_providers in exclusive mode").RunAsync(cancellationToken); // there is one default at a time
        if (provider.IsDefault)
        {
            await connection.CommandFor("update model_providers set is_default = false where is_default and id <> $1", provider.Id).RunAsync(cancellationToken);
        }

        await connection.CommandFor(
            $"""
            insert into model_providers ({Columns}, created_by, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9 or not exists (select from model_providers where is_default), $10, $11)
            on conflict (id) do update set name = excluded.name, kind = excluded.kind, base_url = excluded.base_url, model = excluded.model, api_key = excluded.api_key,
                context_tokens = excluded.context_tokens, max_output_tokens = excluded.max_output_tokens, is_default = $9
            """,
            provider.Id,
            provider.Name,
            provider.Kind.Word(),
            provider.BaseUrl,
            provider.Model,
            provider.ApiKey is { } key ? secrets.Seal(key) : null,
            provider.ContextTokens,
            provider.MaxOutputTokens,
            provider.IsDefault,
            by,
            clock.GetUtcNow()).RunAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task<int> DeleteAsync(ModelProviderId id, CancellationToken cancellationToken) =>
        database.CommandFor("delete from model_providers where id = $1", id).RunAsync(cancellationToken);

    private ModelProvider Read(NpgsqlDataReader row) => new(
        new ModelProviderId(row.GetString(0)),
        row.GetString(1),
        ModelProviderWords.KindOf(row.GetString(2)) ?? throw new InvalidOperationException($"A provider of the kind {row.GetString(2)} was stored."),
        row.GetString(3),
        row.GetString(4),
        row.IsDBNull(5) ? null : secrets.Open(row.GetFieldValue<byte[]>(5)) ?? LostKey,
        row.GetInt32(6),
        row.GetInt32(7),
        row.GetBoolean(8));

    /// <summary>Stands for a key that cannot be opened any more; its endpoint refuses it, and says so.</summary>
    private const string LostKey = "lost";
}

/// <summary>Kinds as the words that rows and callers have.</summary>
internal static class ModelProviderWords
{
    public static string Word(this ModelProviderKind kind) => kind == ModelProviderKind.Anthropic ? "anthropic" : "openai-compatible";

    public static ModelProviderKind? KindOf(string word) => word switch
    {
        "anthropic" => ModelProviderKind.Anthropic,
        "openai-compatible" => ModelProviderKind.OpenAiCompatible,
        _ => null,
    };
}
