"""The control plane answers to this machine and to nobody's web page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealbox.serving.hosts import Hosts

OURS = [
    "127.0.0.1:4780",
    "127.0.0.1",
    "localhost:4780",
    "LOCALHOST",
    "sealbox.localhost:4780",
    "[::1]:4780",
    "127.9.9.9:1",
    "192.0.2.7:4780",  # an address cannot be rebound
    "[2001:db8::1]",
]
FOREIGN = [
    "evil.example:4780",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "notlocalhost",
    "sealbox",
    "",
    ":4780",
    "[::1",
    "user@evil.example",
]


@pytest.mark.parametrize("host", OURS)
def test_names_and_addresses_of_this_machine_are_let_in(host: str) -> None:
    assert Hosts().why_not(host, None) == ""


@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_names_are_refused_with_the_flag_that_would_let_them_in(host: str) -> None:
    assert "--allow-host" in Hosts().why_not(host, None)


def test_a_request_without_a_host_is_no_browser() -> None:
    assert Hosts().why_not(None, None) == ""


@pytest.mark.parametrize("host", ["sealbox:4780", "SEALBOX", "sealbox."])
def test_a_name_that_was_allowed_is_let_in(host: str) -> None:
    assert Hosts(["Sealbox"]).why_not(host, None) == ""
    assert Hosts(["other"]).why_not(host, None)


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:4780", "http://localhost:3000", "https://[::1]:1", "http://app.localhost"],
)
def test_pages_of_this_machine_may_ask(origin: str) -> None:
    assert Hosts().why_not("127.0.0.1:4780", origin) == ""


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://192.0.2.7", "file://", "http://[::1"]
)
def test_pages_of_others_may_not(origin: str) -> None:
    assert Hosts().why_not("127.0.0.1:4780", origin)


def test_a_page_of_the_same_server_may_ask_under_its_allowed_name() -> None:
    hosts = Hosts(["sealbox"])

    assert hosts.why_not("sealbox:4780", "http://sealbox:4780") == ""
    assert hosts.why_not("192.0.2.7:4780", "http://192.0.2.7:4780") == ""
    assert hosts.why_not("sealbox:4780", "http://elsewhere.example")


@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_nothing_that_is_sent_breaks_it(host: str, origin: str | None) -> None:
    assert isinstance(Hosts(["sealbox"]).why_not(host, origin), str)


@given(st.from_regex(r"[a-z]{1,10}(\.[a-z]{1,10}){0,2}\.(com|example|net)", fullmatch=True))
def test_no_name_of_the_web_is_ours(host: str) -> None:
    assert Hosts().why_not(host, None)
