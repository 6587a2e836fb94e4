using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Editors;

/// <summary>How much an editor that drives agents may ask for.</summary>
internal sealed class EditorOptions
{
    public const string Section = "Editors";

    /// <summary>A longer message ends the connection, in bytes.</summary>
    [Range(1 << 16, 64 << 20)]
    public int MaxMessageBytes { get; init; } = 16 << 20;

    /// <summary>A longer message ends a connection on which nobody is logged in yet, in bytes.</summary>
    [Range(1 << 10, 1 << 20)]
    public int MaxMessageBytesBeforeLogin { get; init; } = 64 << 10;

    /// <summary>Somebody who connects without a token must log in within this time.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan LoginWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections on which nobody is logged in yet; more are refused.</summary>
    [Range(1, 10_000)]
    public int MaxConnectionsBeforeLogin { get; init; } = 32;

    /// <summary>Requests of one connection that may be open; more are answered as busy.</summary>
    [Range(1, 10_000)]
    public int MaxOpenRequests { get; init; } = 64;

    /// <summary>Conversations that one connection may have open.</summary>
    [Range(1, 10_000)]
    public int MaxOpenSessions { get; init; } = 64;

    /// <summary>Blocks of one prompt at most.</summary>
    [Range(1, 10_000)]
    public int MaxPromptBlocks { get; init; } = 256;

    /// <summary>Conversations of one page of a list.</summary>
    [Range(1, 1_000)]
    public int ListedSessions { get; init; } = 50;

    /// <summary>A conversation that was begun and never asked anything is forgotten after this time.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan KeepUnaskedFor { get; init; } = TimeSpan.FromDays(30);
}

[OptionsValidator]
internal sealed partial class EditorOptionsValidator : IValidateOptions<EditorOptions>;
