using System.Net;
using Atelier.Server.Infrastructure.Web;
using Microsoft.AspNetCore.Http;

namespace Atelier.Server.Tests.Infrastructure.Web;

public sealed class CallerAddressesTests
{
    [Theory]

    // By name, with whatever port a tunnel or a careless client gives it.
    [InlineData("localhost:7420", null, "None")]
    [InlineData("localhost", null, "None")]
    [InlineData("127.0.0.1:9000", null, "None")]
    [InlineData("[::1]:7420", null, "None")]
    [InlineData("LOCALHOST:7420", null, "None")]
    [InlineData("atelier.example", null, "None")]
    [InlineData("workshop.local:7420", null, "None")]

    // A name that somebody pointed at this machine.
    [InlineData("evil.example:7420", null, "UnknownHost")]
    [InlineData("127.0.0.1.evil.example", null, "UnknownHost")]
    [InlineData("localhost.evil.example", null, "UnknownHost")]
    [InlineData("", null, "UnknownHost")]

    // The page itself, also through a tunnel, and behind the proxy.
    [InlineData("localhost:7420", "http://localhost:7420", "None")]
    [InlineData("localhost:9000", "http://localhost:9000", "None")]
    [InlineData("[::1]:7420", "http://[::1]:7420", "None")]
    [InlineData("atelier.example", "https://atelier.example", "None")]
    [InlineData("127.0.0.1:7420", "https://atelier.example", "None")]

    // Other pages: another site, another port of this machine, another scheme's default port, a sandbox, nonsense.
    [InlineData("localhost:7420", "https://evil.example", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://localhost:3000", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://localhost", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://127.0.0.1:7420", "ForeignOrigin")]
    [InlineData("localhost:7420", "null", "ForeignOrigin")]
    [InlineData("localhost:7420", "", "ForeignOrigin")]
    [InlineData("localhost:7420", "file://", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://localhost:7420/", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://localhost:7420@evil.example", "ForeignOrigin")]
    [InlineData("localhost:7420", "http://localhost:7420, https://evil.example", "ForeignOrigin")]
    [InlineData("atelier.example", "https://atelier.example.evil.example", "ForeignOrigin")]
    public void A_request_passes_when_it_was_meant_for_us_and_made_by_our_page(
        string host, string? origin, string expected)
    {
        var addresses = new CallerAddresses(IPAddress.Loopback, new Uri("https://atelier.example"), ["workshop.local"]);

        Assert.Equal(expected, addresses.Check(new HostString(host), origin, isSocketWithCookie: false).ToString());
    }

    [Fact]
    public void A_socket_by_cookie_must_say_which_page_opened_it()
    {
        var addresses = new CallerAddresses(IPAddress.Loopback, publicUrl: null, []);

        Assert.Equal(AddressRefusal.ForeignOrigin, addresses.Check(new HostString("localhost:7420"), origin: null, isSocketWithCookie: true));
    }

    [Fact]
    public void The_address_it_listens_on_is_one_of_its_names()
    {
        var addresses = new CallerAddresses(IPAddress.Parse("192.0.2.7"), publicUrl: null, []);

        Assert.Equal(AddressRefusal.None, addresses.Check(new HostString("192.0.2.7:7420"), origin: null, isSocketWithCookie: false));
    }
}
