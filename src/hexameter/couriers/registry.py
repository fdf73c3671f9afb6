"""Every courier, by the name of its channel. It opens no connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hexameter.contracts.messages import Courier
from hexameter.couriers.mail import Mail
from hexameter.couriers.webhook import Webhook


def open_couriers(settings: Mapping[str, str], seconds: Callable[[], float]) -> dict[str, Courier]:
    """The couriers as the settings want them.

    In      seconds  Unix seconds, now
    Raises  BadValue  smtp_url
    """
    allowed = {host.strip() for host in settings["webhook_hosts"].split(",") if host.strip()}
    couriers: tuple[Courier, ...] = (Mail(settings["smtp_url"], settings["smtp_from"]), Webhook(seconds, allowed))
    return {courier.name: courier for courier in couriers}
