"""Where a webhook may go. Names are judged by the addresses behind them, however they are spelled."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.delivery import Guard, RefusedError, read_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealbox.delivery import Resolve

    from tests.webhooks.conftest import Wire

# The system resolves numbers by itself: none of these asks a name server.
SPELLINGS_OF_THIS_MACHINE = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.255.0.9:8080/hook",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.1/",
    "http://127.1/",
    "http://[::1]:8080/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:7f00:1]/",
    "https://name:word@127.0.0.1/",
    "http://10.0.0.1@127.0.0.1/",
    "127.0.0.1:8443/hook?next=http://10.0.0.1/",
]
SPELLINGS_OF_OTHERS = [
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/",
    "http://3232235777/",
    "http://0xa000001/",
    "http://10.1/",
    "http://0.0.0.0/",
    "http://0/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://127.0.0.1@10.0.0.1/",
    "http://127.0.0.1:80@10.0.0.1/",
    "http://10.0.0.1#@127.0.0.1/",
    "http://10.0.0.1?@127.0.0.1/",
    "http://10.0.0.1/@127.0.0.1/",
    "192.0.2.1",
]
NO_ADDRESSES = [
    "",
    "http://",
    "https://:80/",
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "unix:///run/x.sock",
    "javascript:alert(1)",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:port/",
    "http://127.0.0.1/\r\nX-More: 1",
    "http://127.0.0.1\x00.example.org/",
    "http://127.0.0.1%00.example.org/",
    "http://[::1%25eth0]/",
    "http://[fe80::1%25eth0]/",
    "http://a b/",
    "http://[127.0.0.1/",
    "http://0177.0.0.1/",
    f"http://{'a' * 64}.example.org/",
]


@pytest.mark.parametrize("url", SPELLINGS_OF_THIS_MACHINE)
def test_this_machine_may_be_reached_under_any_spelling(wire: Wire, url: str) -> None:
    (address,) = wire.addresses(read_url(url), Guard())

    assert address.startswith("127.") or address == "::1"


@pytest.mark.parametrize("url", SPELLINGS_OF_OTHERS)
def test_no_spelling_leads_elsewhere(wire: Wire, url: str) -> None:
    with pytest.raises(RefusedError, match="not this machine"):
        wire.addresses(read_url(url), Guard())


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_is_refused(wire: Wire, url: str) -> None:
    with pytest.raises(RefusedError):
        wire.addresses(read_url(url), Guard())


@given(
    address=st.ip_addresses()
    | st.integers(0, 2**24 - 1).map(lambda low: IPv4Address((127 << 24) + low))
    | st.ip_addresses(v=4).map(lambda inner: IPv6Address((0xFFFF << 32) + int(inner)))
)
def test_an_address_passes_if_and_only_if_it_is_loopback(
    wire: Wire, resolver: Callable[..., Resolve], address: IPv4Address | IPv6Address
) -> None:
    guard = Guard(resolve=resolver(hooks_example_org=[str(address)]))
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else address
    loopback = int(address) == 1 if inner is None else int(inner) >> 24 == 127
    try:
        passed = wire.addresses(read_url("hooks.example.org"), guard) == [str(inner or address)]
    except RefusedError:
        passed = False

    assert passed == loopback


@pytest.mark.parametrize("other", ["10.0.0.7", "::ffff:10.0.0.7", "2001:db8::7"])
def test_one_address_elsewhere_spoils_the_name(
    wire: Wire, resolver: Callable[..., Resolve], other: str
) -> None:
    for addresses in (["127.0.0.1", other], [other, "127.0.0.1"]):
        guard = Guard(resolve=resolver(hooks_example_org=addresses))

        with pytest.raises(RefusedError, match="not this machine"):
            wire.addresses(read_url("hooks.example.org"), guard)


def test_the_zone_of_an_address_means_nothing(wire: Wire, resolver: Callable[..., Resolve]) -> None:
    zoned = resolver(here_example_org=["::1%lo0"], there_example_org=["fe80::1%lo0"])

    assert wire.addresses(read_url("here.example.org"), Guard(resolve=zoned)) == ["::1"]
    with pytest.raises(RefusedError, match="not this machine"):
        wire.addresses(read_url("there.example.org"), Guard(resolve=zoned))


def test_a_name_without_an_address_is_no_permission(wire: Wire, resolver: Callable[..., Resolve]) -> None:
    guard = Guard(resolve=resolver(hooks_example_org=[]))

    with pytest.raises(OSError, match="no address"):
        wire.addresses(read_url("hooks.example.org"), guard)


# ---- what the user allows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", ["10.0.0.7", "10.0.0.0/8", "10.9.9.9/8", "0.0.0.0/0", "hooks.example.org"])
def test_a_listed_name_or_network_may_be_reached(
    wire: Wire, resolver: Callable[..., Resolve], listed: str
) -> None:
    guard = Guard([listed], resolve=resolver(hooks_example_org=["10.0.0.7"]))

    assert wire.addresses(read_url("hooks.example.org"), guard) == ["10.0.0.7"]


@pytest.mark.parametrize("url", ["HOOKS.example.ORG", "hooks.example.org.", "http://hooks.example.org:81/x"])
@pytest.mark.parametrize("listed", ["Hooks.Example.org", "hooks.example.org."])
def test_case_and_a_last_dot_do_not_matter_in_a_name(
    wire: Wire, resolver: Callable[..., Resolve], url: str, listed: str
) -> None:
    guard = Guard([listed], resolve=resolver(hooks_example_org=["10.0.0.7"]))

    assert wire.addresses(read_url(url), guard) == ["10.0.0.7"]


@pytest.mark.parametrize("url", ["a.hooks.example.org", "example.org", "hooks.example.org@evil.example.org"])
def test_a_listed_name_speaks_for_itself_only(wire: Wire, resolver: Callable[..., Resolve], url: str) -> None:
    everywhere = resolver(
        a_hooks_example_org=["10.0.0.7"], example_org=["10.0.0.7"], evil_example_org=["10.0.0.7"]
    )

    with pytest.raises(RefusedError):
        wire.addresses(read_url(url), Guard(["hooks.example.org"], resolve=everywhere))


def test_a_listed_name_may_have_letters_beyond_ascii(wire: Wire, resolver: Callable[..., Resolve]) -> None:
    async def resolve(host: str, _: int) -> list[str]:
        return ["10.0.0.7"] if host.startswith("xn--") else []

    guard = Guard(["oração.example.org"], resolve=resolve)

    assert wire.addresses(read_url("https://oração.example.org/"), guard) == ["10.0.0.7"]


@given(network=st.ip_addresses(v=4), bits=st.integers(8, 32), address=st.ip_addresses(v=4))
def test_a_network_admits_its_own_addresses_and_no_others(
    wire: Wire, network: IPv4Address, bits: int, address: IPv4Address
) -> None:
    async def resolve(host: str, _: int) -> list[str]:
        return [host]

    guard = Guard([f"{network}/{bits}"], resolve=resolve)
    try:
        passed = bool(wire.addresses(read_url(str(address)), guard))
    except RefusedError:
        passed = False

    assert passed == (address in ip_network(f"{network}/{bits}", strict=False) or address.is_loopback)


@pytest.mark.parametrize(
    "entry",
    ["", "http://example.org", "example.org:80", "a@example.org", "a/b", "*.example.org", "10.0.0.0/99"],
)
def test_an_entry_that_could_mean_anything_is_not_taken(entry: str) -> None:
    with pytest.raises(ValueError, match="neither a host name nor a network"):
        Guard([entry])


# ---- the address as it was given --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("google.com.br", "https://google.com.br"),
        ("localhost:8080/hook", "https://localhost:8080/hook"),
        ("example.org/?to=http://example.com", "https://example.org/?to=http://example.com"),
        ("http://example.org/a?b=c", "http://example.org/a?b=c"),
        ("HTTPS://example.org", "https://example.org"),
    ],
)
def test_an_address_without_a_scheme_is_read_as_https(text: str, url: str) -> None:
    assert str(read_url(text)) == url
