"""What must hold before the pages are served: a key that is one, a key file nobody else reads, and TLS before anybody else comes in."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from hexameter.errors import BadValue


def refuse_unsafe(house: Any, host: str) -> None:
    """Stop before listening, rather than warn.

    In      house  the home
            host   the address to listen on
    Raises  BadValue  a short secret_key, or a host that others reach without TLS in front; Unusable  a key file that others can read
    """
    house.desk.check_key()
    public = urlsplit(house.settings["public_url"])
    if _is_loopback(host) or public.scheme == "https" or house.settings["trust_network"].strip().casefold() == "yes":
        return
    raise BadValue(
        f"--host {host} lets others in, but public_url is {house.settings['public_url'][:100]}: passwords would travel readable.",
        field="host",
        value=host,
        hint="Put a web server with TLS in front and set public_url to its https:// address, or set trust_network to yes.",
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
