namespace Atelier.System.Tests.Kills;

/// <summary>Rows of the kill table in which the server is killed, alone or with its daemon.</summary>
public sealed class ServerKillTests
{
    [Theory]
    [Trait("rule", "SW13")]
    [InlineData(Victim.Server)]
    [InlineData(Victim.ServerAndDaemon)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_kills_of(Victim victim) => KillTable.KillAsync(victim, KillTable.Rounds);

    [Theory]
    [Trait("rule", "SW13")]
    [Trait("kind", "soak")]
    [InlineData(Victim.Server)]
    [InlineData(Victim.ServerAndDaemon)]
    public Task Every_byte_and_every_typed_line_is_there_once_after_hundreds_of_kills_of(Victim victim) => KillTable.KillAsync(victim, KillTable.SoakRounds);
}
