using System.Collections.Immutable;
using Atelier.Protocol.HostLink;

namespace Atelier.HostDaemon.Activity;

/// <summary>What an agent in a terminal is doing, as far as its screen tells.</summary>
/// <remarks>
/// It is told of looks at the screen, of keys and of redraws that somebody else caused; the times come with them. It does not see
/// bytes: output that leaves the screen as it was is not activity. In order: a question on the screen that stands still is
/// <see cref="ActivityState.Asking"/>; a text that keeps changing, without a person typing it, or the program's own words
/// on how to stop it are <see cref="ActivityState.Active"/>; a screen that stands still is <see cref="ActivityState.Idle"/>.
/// Whoever asks for looks does so every <see cref="ActivityTimings.BetweenLooks"/> until <see cref="IsSettled"/>; then only
/// output, a key or a resize can change anything.
/// </remarks>
internal sealed record AgentActivity(AskingPatterns Patterns)
{
    public ActivityState State { get; private init; } = ActivityState.Unknown;

    /// <summary>Whether time alone changes nothing any more.</summary>
    public bool IsSettled => State switch
    {
        ActivityState.Idle => !IsAskingOnScreen,
        ActivityState.Asking => IsAskingOnScreen,
        _ => false,
    };

    private ScreenText Screen { get; init; } = ScreenText.Empty;

    private ImmutableDictionary<int, string> RowsBefore { get; init; } = ImmutableDictionary<int, string>.Empty;

    /// <summary>Looks with changes that nobody but the program made, within the window.</summary>
    private ImmutableList<DateTimeOffset> Changes { get; init; } = [];

    private DateTimeOffset LastChange { get; init; }

    /// <summary>When something first stood on the screen.</summary>
    private DateTimeOffset? Began { get; init; }

    /// <summary>Whether words on how to stop it stand on the screen that are not quoted.</summary>
    private bool IsHintOnScreen { get; init; }

    /// <summary>Rows with such words that are part of the conversation: a person typed them, or they outlived a turn.</summary>
    private ImmutableHashSet<string> Quoted { get; init; } = [];

    private bool HadHint { get; init; }

    private bool IsAskingOnScreen { get; init; }

    /// <summary>When the question came, or when it went.</summary>
    private DateTimeOffset AskingTurned { get; init; }

    private DateTimeOffset DisturbedUntil { get; init; }

    private DateTimeOffset TypingUntil { get; init; }

    private TypedText Typed { get; init; } = TypedText.None;

    /// <summary>Something goes to the program.</summary>
    public AgentActivity AfterInput(DateTimeOffset at, TerminalInput input) => input.Kind switch
    {
        TerminalInputKind.Report => Disturbed(at),
        TerminalInputKind.Submit => this with { TypingUntil = at, DisturbedUntil = at, Typed = TypedText.None, Changes = [] },
        _ => this with { TypingUntil = at + ActivityTimings.Typing, Typed = Typed.With(input.Text) },
    };

    /// <summary>Somebody made the program redraw: a resize, a new viewer.</summary>
    public AgentActivity Disturbed(DateTimeOffset at) => this with { DisturbedUntil = at + ActivityTimings.Disturbed };

    /// <summary>A look at the screen after output.</summary>
    public AgentActivity AfterLook(DateTimeOffset at, ScreenText screen)
    {
        var change = ScreenChanges.Between(Screen, RowsBefore, screen, IsTyping(at) ? Typed : TypedText.None);
        var asks = Patterns.AreOn(screen);
        var quoted = Quoted.IsEmpty && !IsTyping(at) ? Quoted : StillQuoted(at, screen);
        var hint = WorkingHint.On(screen).Any(row => !quoted.Contains(row));
        var counts = Counts(at, change, hint);
        return (this with
        {
            Screen = screen,
            Began = Began ?? (screen.IsBlank ? null : at),
            RowsBefore = change == ScreenChange.None ? RowsBefore : ScreenChanges.Remember(RowsBefore, Screen, screen),
            Changes = counts ? Changes.Add(at) : Changes,
            LastChange = counts || State == ActivityState.Unknown && change != ScreenChange.None ? at : LastChange,
            IsHintOnScreen = hint,
            Quoted = quoted,
            IsAskingOnScreen = asks,
            AskingTurned = asks == IsAskingOnScreen ? AskingTurned : at,
        }).AfterTime(at);
    }

    /// <summary>Time has passed without output.</summary>
    public AgentActivity AfterTime(DateTimeOffset at)
    {
        var now = this with { Changes = Changes.RemoveAll(change => at - change > ActivityTimings.Window) };
        var state = now.Judge(at);
        var isTurnOver = State == ActivityState.Active && state == ActivityState.Idle;
        return now with
        {
            State = state,
            Changes = isTurnOver ? [] : now.Changes,
            HadHint = state == ActivityState.Active && (HadHint || IsHintOnScreen),
            Quoted = isTurnOver ? [.. WorkingHint.On(Screen)] : Quoted,
            IsHintOnScreen = IsHintOnScreen && !isTurnOver,
            LastChange = state == ActivityState.Active && State != ActivityState.Active ? at : LastChange,
        };
    }

    private TimeSpan StableFor => IsHintOnScreen ? ActivityTimings.StableWithHint
        : HadHint ? ActivityTimings.StableWithoutHint
        : ActivityTimings.Stable;

    private bool IsTyping(DateTimeOffset at) => at < TypingUntil;

    private ImmutableHashSet<string> StillQuoted(DateTimeOffset at, ScreenText screen) =>
    [
        .. WorkingHint.On(screen).Where(row =>
            Quoted.Contains(row) || State != ActivityState.Active && IsTyping(at) && Typed.IsEchoedIn(row)),
    ];

    private bool Counts(DateTimeOffset at, ScreenChange change, bool hint) => change switch
    {
        _ when at < DisturbedUntil => false,
        ScreenChange.Text => !IsTyping(at) || State == ActivityState.Active || hint,
        // A clock beside the words on how to stop it counts the seconds of the work.
        ScreenChange.Tick => hint && State == ActivityState.Active,
        _ => false,
    };

    private ActivityState Judge(DateTimeOffset at)
    {
        if (IsAskingOnScreen && at - AskingTurned >= ActivityTimings.AskingSettles && !(IsHintOnScreen && IsChanging(at)))
        {
            return ActivityState.Asking;
        }

        var keepsChanging = Changes.Count >= ActivityTimings.LeastChanges && Changes[^1] - Changes[0] >= ActivityTimings.LeastSpan;
        var works = IsHintOnScreen || keepsChanging;
        return State switch
        {
            ActivityState.Unknown when IsHintOnScreen || keepsChanging && at - Began >= ActivityTimings.StartsAtMost => ActivityState.Active,
            ActivityState.Unknown => !Screen.IsBlank && at - LastChange >= ActivityTimings.StartSettles ? ActivityState.Idle : State,
            ActivityState.Idle => works ? ActivityState.Active : State,
            ActivityState.Asking when IsAskingOnScreen => State,
            ActivityState.Asking when works => ActivityState.Active,
            ActivityState.Asking => at - AskingTurned >= ActivityTimings.AskingLingers ? ActivityState.Idle : State,
            ActivityState.Active when at < DisturbedUntil => State,
            ActivityState.Active => at - LastChange >= StableFor ? ActivityState.Idle : State,
            _ => State,
        };
    }

    private bool IsChanging(DateTimeOffset at) => at - LastChange < ActivityTimings.Window;
}
