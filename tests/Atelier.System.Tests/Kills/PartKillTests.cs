namespace Atelier.System.Tests.Kills;

/// <summary>Rows of the kill table in which what the server works with is killed, and several at once.</summary>
public sealed class PartKillTests
{
    private const int RoundsOfSeveral = 8; // each of them has its own row
    private const int RoundsThroughRelay = 4; // only the path of the bytes differs from the rows without it; twenty of each belong to the long rounds, for time

    [Theory]
    [Trait("rule", "SW13")]
    [InlineData(Victim.Daemon, KillTable.Rounds)]
    [InlineData(Victim.Postgres, KillTable.Rounds)]
    [InlineData(Victim.Wire, KillTable.Rounds)]
    [InlineData(Victim.Several, RoundsOfSeveral)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_kills_of(Victim victim, int rounds) => KillTable.KillAsync(victim, rounds);

    [Theory]
    [Trait("rule", "SW13")]
    [Trait("kind", "soak")]
    [InlineData(Victim.Daemon)]
    [InlineData(Victim.Postgres)]
    [InlineData(Victim.Wire)]
    [InlineData(Victim.Several)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_hundreds_of_kills_of(Victim victim) => KillTable.KillAsync(victim, KillTable.SoakRounds);

    [Theory]
    [Trait("rule", "SW16")]
    [Trait("rule", "HL7")]
    [InlineData(Victim.Daemon, RoundsThroughRelay)]
    [InlineData(Victim.Several, RoundsThroughRelay)]
    public Task Every_byte_and_every_typed_line_is_there_once_when_it_goes_through_the_daemon_as_from_another_machine(Victim victim, int rounds) =>
        KillTable.KillAsync(victim, rounds, "--Host:AlwaysRelay=true");

    [Theory]
    [Trait("rule", "SW16")]
    [Trait("kind", "soak")]
    [InlineData(Victim.Daemon)]
    [InlineData(Victim.Several)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_hundreds_of_kills_as_from_another_machine(Victim victim) =>
        KillTable.KillAsync(victim, KillTable.SoakRounds, "--Host:AlwaysRelay=true");
}
