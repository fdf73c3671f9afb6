"""Where the house may call: public addresses only, looked up once and held on to. It sends nothing.

An address that people type in must not make the server call its own network (SSRF): every address a name has is judged, and the
connection then goes to the very address that was judged, so that a second look-up cannot lead elsewhere.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from hexameter.errors import BadValue, Outage

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

PORTS = (443, 8443)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LONGEST = 2000


@dataclass(frozen=True)
class Destination:
    """An address that was judged: connect to `ip`, speak to `host`."""

    scheme: str
    host: str
    port: int
    ip: str
    path: str


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, as the system knows them.

    Raises  Outage  the name has none
    """
    try:
        found = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as problem:
        raise Outage(f"The name '{host}' leads nowhere: {problem}.", field="target", hint="Check the address.") from problem
    return sorted({str(entry[4][0]).partition("%")[0] for entry in found})


def destination(url: str, allowed: Collection[str] = (), look_up: Resolve = resolve) -> Destination:
    """Judge a web address.

    In      allowed  host:port of receivers in the own network that the operator vouches for; plain http is allowed there only
    Raises  BadValue  not https, a port or an address that is not called; Outage  a name without an address
    """
    host, port, scheme, path = _parts(url)
    vouched = f"{host}:{port}" in allowed
    if not vouched and scheme != "https":
        raise _refused(url, "only https addresses are called")
    if not vouched and port not in PORTS:
        raise _refused(url, f"port {port} is not called; expected {' or '.join(map(str, PORTS))}")
    addresses = look_up(host, port)
    if not addresses:
        raise Outage(f"The name '{host}' leads nowhere.", field="target", hint="Check the address.")
    if not vouched:
        inner = [a for a in addresses if not public(a)]
        if inner:
            raise _refused(url, f"'{host}' leads to {inner[0]}, which is not a public address")
    return Destination(scheme, host, port, addresses[0], path)


def public(text: str) -> bool:
    """Whether an address is one of the public internet; what is wrapped in IPv6 is judged by what is inside.

    Example public("169.254.169.254") -> False, public("::ffff:127.0.0.1") -> False, public("93.184.216.34") -> True
    """
    try:
        address = _inner(ipaddress.ip_address(text))
    except ValueError:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local)


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _parts(url: str) -> tuple[str, int, str, str]:
    if len(url) > _LONGEST or any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
        raise _refused(url, "it is too long, or holds blanks or signs that no address has")
    try:
        split = urlsplit(url)
        port = split.port or {"https": 443, "http": 80}.get(split.scheme, 0)
    except ValueError:
        raise _refused(url, "it cannot be read as an address") from None
    if split.scheme not in ("http", "https") or not split.hostname:
        raise _refused(url, "it is not a web address")
    if split.username is not None or split.password is not None:
        raise _refused(url, "it holds a user name")
    try:
        host = split.hostname.rstrip(".").encode("idna").decode("ascii").lower() if ":" not in split.hostname else split.hostname
    except UnicodeError:
        raise _refused(url, "its name cannot be read") from None
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return host, port, split.scheme, path


def _refused(url: str, why: str) -> BadValue:
    hint = "Expected like https://hooks.example.com/hexameter. A receiver in your own network: name it in the setting webhook_hosts."
    return BadValue(f"'{url[:100]}' is not called: {why}.", field="target", value=url[:100], hint=hint)
