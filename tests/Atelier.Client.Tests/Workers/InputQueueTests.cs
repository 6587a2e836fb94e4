using Atelier.Client.Workers;

namespace Atelier.Client.Tests.Workers;

[Trait("rule", "WS6")]
public sealed class InputQueueTests
{
    private static readonly byte[] s_key = "x"u8.ToArray();

    private readonly InputQueue _input = new();

    [Fact]
    public void Input_is_numbered_from_one()
    {
        _input.StartEpoch(1, acknowledged: 0);

        Assert.Equal([1L, 2L], [_input.Add(s_key), _input.Add(s_key)]);
    }

    [Fact]
    public void Unacknowledged_input_keeps_its_numbers_over_a_reconnect()
    {
        _input.StartEpoch(1, acknowledged: 0);
        Type(4);
        _input.Acknowledge(1);

        _input.StartEpoch(1, acknowledged: 2);

        Assert.Equal([3L, 4L], Numbers());
    }

    [Fact]
    public void Input_typed_before_the_first_connection_is_numbered_from_what_the_keeper_has()
    {
        Type(2);

        _input.StartEpoch(1, acknowledged: 7);

        Assert.Equal([8L, 9L], Numbers());
        Assert.Equal(10, _input.Add(s_key));
    }

    [Fact]
    public void Input_that_a_process_had_not_taken_is_not_typed_into_the_next_one()
    {
        _input.StartEpoch(1, acknowledged: 0);
        Type(3);
        _input.Acknowledge(1);

        Assert.Equal(2, _input.StartEpoch(2, acknowledged: 0));
        Assert.Empty(_input.Waiting);
        Assert.Equal(1, _input.Add(s_key));
    }

    private void Type(int times)
    {
        for (var at = 0; at < times; at++)
        {
            _input.Add(s_key);
        }
    }

    private IEnumerable<long> Numbers() => _input.Waiting.Select(waiting => waiting.Sequence);
}
