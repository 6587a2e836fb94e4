using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.Agents.Threads;

/// <summary>The value of a setting: an id, or on and off for those that are that.</summary>
internal sealed record SettingValue(string? Text, bool? IsOn)
{
    /// <summary>The value as JSON has it; null where it is neither.</summary>
    public static SettingValue? Of(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.True or JsonValueKind.False } flag => new SettingValue(Text: null, flag.GetBoolean()),
        { ValueKind: JsonValueKind.String } text => new SettingValue(text.Text(), IsOn: null),
        _ => null,
    };

    public JsonElement Json() => IsOn is { } isOn ? JsonSerializer.SerializeToElement(isOn) : JsonSerializer.SerializeToElement(Text);
}

/// <summary>What a person wants of a setting.</summary>
/// <param name="Value">What.</param>
/// <param name="IsApplied">Whether the process that runs has taken it; what the program changes itself from then on is wanted, too.</param>
internal sealed record SettingWish(SettingValue Value, bool IsApplied);

/// <summary>A setting that is on its way to the program.</summary>
/// <param name="Sequence">The command.</param>
/// <param name="Key">Which.</param>
/// <param name="Value">To what.</param>
internal sealed record SettingSent(long Sequence, string Key, SettingValue Value);

/// <summary>How a thread works: what its program offers, and what a person wants of that. JSON is as the program said it; null where it has not.</summary>
internal sealed record ThreadSettings
{
    /// <summary>The mode, among the keys of wishes.</summary>
    public const string ModeKey = "mode";

    private const string OptionPrefix = "option/";

    public static ThreadSettings None { get; } = new();

    /// <summary>Modes there are.</summary>
    public string? Modes { get; init; }

    public string? CurrentModeId { get; init; }

    /// <summary>Options there are, each with its current value.</summary>
    public string? ConfigOptions { get; init; }

    /// <summary>Commands that a prompt may begin with.</summary>
    public string? Commands { get; init; }

    /// <summary>What is wanted, by its key.</summary>
    public ImmutableSortedDictionary<string, SettingWish> Wishes { get; init; } = ImmutableSortedDictionary.Create<string, SettingWish>(StringComparer.Ordinal);

    /// <summary>What is on its way; null when nothing is.</summary>
    public SettingSent? Sent { get; init; }

    /// <summary>The first wish that the program is to be told of; null when there is none.</summary>
    public string? NextKey => Sent is not null ? null : Wishes.Where(wish => !wish.Value.IsApplied).Select(wish => wish.Key).FirstOrDefault();

    /// <summary>The key of an option.</summary>
    public static string KeyOf(string option) => OptionPrefix + option;

    /// <summary>The option whose key it is; null when it is the mode's.</summary>
    public static string? OptionOf(string key) => key.StartsWith(OptionPrefix, StringComparison.Ordinal) ? key[OptionPrefix.Length..] : null;

    /// <summary>How a setting is now; null when it is not known, or there is none.</summary>
    public SettingValue? Current(string key) => OptionOf(key) is { } id
        ? SettingValue.Of(Find(ConfigOptions, id)?.Member("currentValue"))
        : CurrentModeId is { } mode ? new SettingValue(mode, IsOn: null) : null;

    /// <summary>Whether the program offers a setting, as far as is known; null when it has said nothing of such.</summary>
    public bool? Offers(string key, SettingValue value) => OptionOf(key) is { } id
        ? ConfigOptions is null ? null : Find(ConfigOptions, id) is not null
        : Modes is null ? null : value.Text is { } mode && Find(Modes, mode) is not null;

    /// <summary>With wishes that are as it is taken for applied.</summary>
    public ThreadSettings Settled() => this with
    {
        Wishes = Wishes.SetItems(Wishes.Where(wish => !wish.Value.IsApplied && wish.Value.Value == Current(wish.Key))
            .Select(wish => KeyValuePair.Create(wish.Key, wish.Value with { IsApplied = true })).ToList()),
    };

    /// <summary>With wishes that were applied become what the program itself has chosen since.</summary>
    public ThreadSettings Followed() => this with
    {
        Wishes = Wishes.SetItems(Wishes.Where(wish => wish.Value.IsApplied && Sent?.Key != wish.Key)
            .Select(wish => KeyValuePair.Create(wish.Key, wish.Value with { Value = Current(wish.Key) ?? wish.Value.Value })).ToList()),
    };

    /// <summary>With wishes that another process has not heard of.</summary>
    public ThreadSettings Unapplied() => Wishes.IsEmpty && Sent is null ? this : this with
    {
        Sent = null,
        Wishes = Wishes.SetItems(Wishes.Select(wish => KeyValuePair.Create(wish.Key, wish.Value with { IsApplied = false })).ToList()),
    };

    /// <summary>With an option as it was set, where the program does not tell all of them again.</summary>
    public ThreadSettings With(string option, SettingValue value)
    {
        if (ConfigOptions is null || JsonNode.Parse(ConfigOptions) is not JsonArray options)
        {
            return this;
        }

        foreach (var one in options.OfType<JsonObject>().Where(one => one["id"] is JsonValue id && id.TryGetValue<string>(out var text) && text == option))
        {
            one["currentValue"] = value.IsOn is { } isOn ? JsonValue.Create(isOn) : JsonValue.Create(value.Text);
        }

        return this with { ConfigOptions = options.ToJsonString() };
    }

    private static JsonElement? Find(string? list, string id)
    {
        if (list is null || JsonElement.Parse(list) is not { ValueKind: JsonValueKind.Array } all)
        {
            return null;
        }

        var found = all.EnumerateArray().FirstOrDefault(one => one.Member("id")?.Text() == id);
        return found.ValueKind == JsonValueKind.Object ? found : null;
    }
}
