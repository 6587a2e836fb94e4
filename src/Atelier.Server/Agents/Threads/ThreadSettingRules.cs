using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Threads;

/// <summary>What becomes of modes and options of threads; pure. What a person wants is set whenever the program has it otherwise, until the program refuses it.</summary>
internal static class ThreadSettingRules
{
    /// <summary>A person wants a setting.</summary>
    /// <param name="change">Written into.</param>
    /// <param name="workSession">Where.</param>
    /// <param name="key">Which.</param>
    /// <param name="value">What; null for as the program likes.</param>
    public static void Want(AgentChange change, WorkSessionId workSession, string key, SettingValue? value)
    {
        if (change.Agent.ThreadOf(workSession) is not { } thread || thread.Settings.Wishes.GetValueOrDefault(key)?.Value == value)
        {
            return;
        }

        var wishes = value is null ? thread.Settings.Wishes.Remove(key) : thread.Settings.Wishes.SetItem(key, new SettingWish(value, IsApplied: false));
        var settings = thread.Settings with { Wishes = wishes };
        Save(change, thread, settings.Sent?.Key == key ? settings : settings.Settled());
    }

    /// <summary>A thread as it is when it was opened, with what the program says of it.</summary>
    public static void Opened(AgentChange change, ThreadId id, JsonElement? modes, JsonElement? options)
    {
        if (change.Agent.Threads.Find(one => one.Id == id) is not { } thread)
        {
            return;
        }

        // Who goes on with a conversation may leave out what it said of it before.
        var known = thread.Opening == ThreadOpening.New ? thread.Settings with { Modes = null, ConfigOptions = null, Commands = null } : thread.Settings;
        var settings = (known.Unapplied() with
        {
            Modes = modes?.Member("availableModes")?.Json() ?? known.Modes,
            CurrentModeId = modes?.Member("currentModeId")?.Text(),
            ConfigOptions = options is { ValueKind: JsonValueKind.Array } list ? list.Json() : known.ConfigOptions,
        }).Settled();
        Save(change, thread, settings);
        foreach (var (key, wish) in settings.Wishes.Where(wish => settings.Offers(wish.Key, wish.Value.Value) != true))
        {
            Refuse(change, id, key, wish.Value, "The program does not offer it.");
        }
    }

    /// <summary>The program says how a thread works.</summary>
    public static void Said(AgentChange change, AgentThread thread, string kind, JsonElement payload)
    {
        var settings = kind switch
        {
            "mode" when payload.Member("currentModeId")?.Text() is { } mode => thread.Settings with { CurrentModeId = mode },
            "options" when payload.Member("configOptions") is { ValueKind: JsonValueKind.Array } options => thread.Settings with { ConfigOptions = options.Json() },
            "commands" when payload.Member("availableCommands") is { ValueKind: JsonValueKind.Array } commands => thread.Settings with { Commands = commands.Json() },
            _ => null,
        };
        if (settings is not null)
        {
            Save(change, thread, settings.Followed().Settled());
        }
    }

    /// <summary>A setting is said to the program.</summary>
    public static void Sent(AgentChange change, AgentThread thread, string key, long sequence)
    {
        var wish = thread.Settings.Wishes[key];
        Save(change, thread, thread.Settings with { Sent = new SettingSent(sequence, key, wish.Value) });
    }

    /// <summary>The program has set it.</summary>
    public static void Succeeded(AgentChange change, long sequence, JsonElement? result)
    {
        if (Find(change.Agent, sequence) is not { Settings: { Sent: { } sent } settings } thread)
        {
            return;
        }

        settings = ThreadSettings.OptionOf(sent.Key) is not { } option ? settings with { CurrentModeId = sent.Value.Text }
            : result?.Member("configOptions") is { ValueKind: JsonValueKind.Array } options ? settings with { ConfigOptions = options.Json() }
            : settings.With(option, sent.Value);
        Save(change, thread, (settings with { Sent = null }).Settled());
        if (settings.Wishes.GetValueOrDefault(sent.Key)?.Value == sent.Value && settings.Current(sent.Key) != sent.Value)
        {
            Refuse(change, thread.Id, sent.Key, sent.Value, "The program took it and kept what it had.");
        }
    }

    /// <summary>The program would not set it.</summary>
    public static void Failed(AgentChange change, long sequence, string problem)
    {
        if (Find(change.Agent, sequence) is not { Settings.Sent: { } sent } thread)
        {
            return;
        }

        Save(change, thread, thread.Settings with { Sent = null });
        if (thread.Settings.Wishes.GetValueOrDefault(sent.Key)?.Value == sent.Value)
        {
            Refuse(change, thread.Id, sent.Key, sent.Value, problem);
        }
    }

    private static AgentThread? Find(Agent agent, long sequence) => agent.Threads.Find(one => one.Settings.Sent?.Sequence == sequence);

    private static void Refuse(AgentChange change, ThreadId id, string key, SettingValue value, string problem)
    {
        if (change.Agent.Threads.Find(one => one.Id == id) is { } thread)
        {
            Save(change, thread, thread.Settings with { Wishes = thread.Settings.Wishes.Remove(key) });
            var told = new JsonObject { ["setting"] = ThreadSettings.OptionOf(key) is null ? "mode" : "option" };
            if (ThreadSettings.OptionOf(key) is { } option)
            {
                told["id"] = option;
            }

            told["value"] = value.IsOn is { } isOn ? JsonValue.Create(isOn) : JsonValue.Create(value.Text);
            told["problem"] = problem;
            change.Tell(EventKinds.SettingRefused, thread.WorkSessionId, turn: null, told.ToJsonString());
        }
    }

    private static void Save(AgentChange change, AgentThread thread, ThreadSettings settings) => change.Become(change.Agent.With(thread with { Settings = settings }));
}
