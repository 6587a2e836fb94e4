using System.Text;
using Atelier.Cli.Attaching;

namespace Atelier.Cli.Tests.Attaching;

public sealed class DetachKeyTests
{
    [Theory]
    [InlineData("\x1d")]
    [InlineData("\e[93;5u")]
    [InlineData("\e[93;69u")] // Caps Lock is on
    [InlineData("\e[93;5:1u")]
    [InlineData("\e[93;5:2u")]
    [InlineData("\e[93::93;5u")]
    [InlineData("\e[57:93:54;6u")] // a keyboard where it is shifted
    [InlineData("\e[93;5;93u")]
    [InlineData("\e[27;5;93~")]
    public void The_key_leaves_however_the_terminal_writes_it_and_what_was_typed_before_it_is_typed(string written) =>
        Assert.Equal(("ls", true), Read(new DetachKey(']'), $"ls{written}rest"));

    [Theory]
    [InlineData("]")]
    [InlineData("\e")]
    [InlineData("\e[")]
    [InlineData("\e[A")]
    [InlineData("\e[1;5A")]
    [InlineData("\e[93;5:3u")] // let go
    [InlineData("\e[93;7u")] // Alt as well
    [InlineData("\e[93;1u")]
    [InlineData("\e[93u")]
    [InlineData("\e[91;5u")]
    [InlineData("\e[27;5;91~")]
    [InlineData("\e[5~")]
    [InlineData("\e[99999999999999999999;5u")]
    public void Any_other_key_is_typed_at_once(string written) =>
        Assert.Equal((written, false), Read(new DetachKey(']'), written));

    [Fact]
    public void A_letter_is_meant_in_either_case() =>
        Assert.Equal(("", true), Read(new DetachKey('A'), "\e[97;5u"));

    [Fact]
    public void A_key_that_a_read_cut_in_two_is_found()
    {
        var key = new DetachKey(']');

        Assert.Equal(("x", false), Read(key, "x\e[9"));
        Assert.Equal(("", true), Read(key, "3;5u"));
    }

    [Fact]
    public void Another_key_that_a_read_cut_in_two_is_typed_whole()
    {
        var key = new DetachKey(']');

        Assert.Equal(("", false), Read(key, "\e[1;"));
        Assert.Equal(("\e[1;5Ax", false), Read(key, "5Ax"));
    }

    [Fact]
    public void Digits_without_an_end_are_not_held_back_for_ever()
    {
        var endless = "\e[" + new string('1', 40);

        Assert.Equal((endless, false), Read(new DetachKey(']'), endless));
    }

    private static (string, bool) Read(DetachKey key, string typed)
    {
        var (bytes, isPressed) = key.Read(Encoding.UTF8.GetBytes(typed));
        return (Encoding.UTF8.GetString(bytes), isPressed);
    }
}
