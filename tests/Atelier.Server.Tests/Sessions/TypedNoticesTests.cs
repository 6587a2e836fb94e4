using System.Text;
using Atelier.Server.Sessions.Sockets;
using Atelier.TestKit;

namespace Atelier.Server.Tests.Sessions;

public sealed class TypedNoticesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly List<string> _told = [];
    private readonly TypedNotices _notices;

    public TypedNoticesTests() => _notices = new TypedNotices(bytes => _told.Add(Encoding.UTF8.GetString(bytes)), _time);

    public void Dispose() => _notices.Dispose();

    [Fact]
    public void The_first_key_is_told_at_once_and_what_follows_soon_together()
    {
        Type("a", "b", "c\r");
        Assert.Equal(["a"], _told);

        _time.Advance(TypedNotices.AtMostEvery);
        Assert.Equal(["a", "bc\r"], _told);

        _time.Advance(TypedNotices.AtMostEvery);
        Type("d");
        Assert.Equal(["a", "bc\r", "d"], _told);
    }

    [Fact]
    public void Somebody_who_types_without_end_is_told_of_ten_times_a_second()
    {
        for (var key = 0; key < 1000; key++)
        {
            Type("x");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(_told.Count, 10, 11);
        Assert.Equal(1000, _told.Sum(text => text.Length), 100.0);
    }

    [Fact]
    public void Of_a_paste_the_end_is_told()
    {
        Type("a", new string('x', 1 << 20) + "end");
        _time.Advance(TypedNotices.AtMostEvery);

        Assert.Equal(TypedNotices.MaxBytes, _told[1].Length);
        Assert.EndsWith("end", _told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_told_after_the_end()
    {
        Type("a", "b");
        _notices.Dispose();
        _time.Advance(TypedNotices.AtMostEvery);

        Assert.Equal(["a"], _told);
    }

    private void Type(params string[] keys)
    {
        foreach (var key in keys)
        {
            _notices.Typed(Encoding.UTF8.GetBytes(key));
        }
    }
}
