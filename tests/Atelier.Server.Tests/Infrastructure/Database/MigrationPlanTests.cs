using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Tests.Infrastructure.Database;

public sealed class MigrationPlanTests
{
    private static readonly Migration s_first = new(1, "0001-first", "create table first (id text)");
    private static readonly Migration s_second = new(2, "0002-second", "create table second (id text)");

    [Fact]
    public void An_empty_database_gets_every_step_in_order()
    {
        var plan = MigrationPlan.For([s_first, s_second], []);

        Assert.Equal([s_first, s_second], Assert.IsType<MigrationPlan.Apply>(plan).Migrations);
    }

    [Fact]
    public void A_database_gets_only_the_steps_it_lacks()
    {
        var plan = MigrationPlan.For([s_first, s_second], [Applied(s_first)]);

        Assert.Equal([s_second], Assert.IsType<MigrationPlan.Apply>(plan).Migrations);
    }

    [Fact]
    public void An_applied_step_with_another_text_is_refused_by_name()
    {
        var plan = MigrationPlan.For([new Migration(1, "0001-first", "drop table first")], [Applied(s_first)]);

        Assert.Contains("0001-first", Assert.IsType<MigrationPlan.Refuse>(plan).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_a_newer_build_is_refused()
    {
        var plan = MigrationPlan.For([s_first], [Applied(s_first), Applied(s_second)]);

        Assert.Contains("0002-second", Assert.IsType<MigrationPlan.Refuse>(plan).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_ends_do_not_change_a_step() =>
        Assert.Equal(new Migration(1, "a", "select 1\nselect 2").Checksum, new Migration(1, "a", "select 1\r\nselect 2").Checksum);

    [Fact]
    public void Two_steps_with_one_number_are_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => Migration.InOrder([s_first, s_second with { Number = 1 }]));

    private static AppliedMigration Applied(Migration migration) =>
        new(migration.Number, migration.Name, migration.Checksum);
}
