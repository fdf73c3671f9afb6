"""No address that somebody types in makes the server call its own network."""

from __future__ import annotations

import socket

import pytest

from hexameter.couriers.egress import destination, public
from hexameter.errors import BadValue, Outage

PUBLIC = "93.184.216.34"
NAMES = {
    "good.example": [PUBLIC],
    "mixed.example": [PUBLIC, "10.0.0.7"],
    "inner.example": ["192.168.1.10"],
    "meta.example": ["169.254.169.254"],
    "six.example": ["fd00::1"],
    "nat.example": ["64:ff9b::7f00:1"],
    "mapped.example": ["::ffff:10.1.2.3"],
    "nobody.example": [],
    "127.0.0.1.nip.io": ["127.0.0.1"],
    "localhost": ["127.0.0.1"],
}


def look_up(host: str, port: int) -> list[str]:
    """Names as above; a literal address as the system reads it, without asking anybody."""
    if host in NAMES:
        return NAMES[host]
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in found]


REFUSED = [
    *("https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://0177.0.0.1/", "https://2130706433/", "https://0/"),
    *("https://0.0.0.0/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/", "https://100.64.0.1/"),
    *("https://169.254.169.254/latest/meta-data/", "https://198.18.0.1/", "https://224.0.0.1/", "https://240.0.0.1/"),
    *("https://255.255.255.255/", "https://[::1]/", "https://[::]/", "https://[fd00::1]/", "https://[fe80::1]/", "https://[ff02::1]/"),
    *("https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/"),
    *("https://localhost/", "https://localhost./", "https://LOCALHOST/", "https://127.0.0.1.nip.io/", "https://inner.example/"),
    *("https://meta.example/", "https://six.example/", "https://nat.example/", "https://mapped.example/", "https://mixed.example/"),
    *("https://user@good.example/", "https://user:pw@good.example/", "http://good.example/", "ftp://good.example/"),
    *("file:///etc/passwd", "gopher://good.example/", "javascript:alert(1)", "//good.example/", "good.example/", "", "https:///x"),
    *("https://good.example:22/", "https://good.example:5432/", "https://good.example:80/", "https://good.example:99999/"),
    *("https://good.example/a b", "https://good.example/\r\nX: y", "https://good.example\\@127.0.0.1/"),
    "https://" + "a" * 3000 + ".example/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_of_the_public_internet_is_refused(url: str) -> None:
    with pytest.raises(BadValue) as problem:
        destination(url, (), look_up)
    assert "is not called" in problem.value.message


GOOD = ["https://good.example/", "https://good.example:8443/x?y=1", "https://GOOD.example./", "https://93.184.216.34/"]


@pytest.mark.parametrize("url", GOOD)
def test_a_public_address_is_held_on_to(url: str) -> None:
    found = destination(url, (), look_up)
    assert found.ip == PUBLIC and found.host in ("good.example", PUBLIC)


def test_a_name_without_an_address_may_have_one_later() -> None:
    with pytest.raises(Outage):
        destination("https://nobody.example/", (), look_up)


def test_the_name_is_looked_up_once_so_that_it_cannot_change_its_mind() -> None:
    answers = [[PUBLIC], ["127.0.0.1"]]
    found = destination("https://fickle.example/", (), lambda *_: answers.pop(0))
    assert found.ip == PUBLIC and answers == [["127.0.0.1"]]


def test_the_operator_may_vouch_for_a_receiver_in_the_own_network() -> None:
    assert destination("http://inner.example:9000/", {"inner.example:9000"}, look_up).ip == "192.168.1.10"
    with pytest.raises(BadValue):
        destination("http://inner.example:9001/", {"inner.example:9000"}, look_up)


def test_what_is_no_address_is_not_public() -> None:
    assert not public("example.com") and not public("") and public("2606:2800:220:1:248:1893:25c8:1946")
