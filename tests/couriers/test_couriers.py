"""Messages arrive as they were written, signed, once a try; what goes wrong is a sentence of the right kind."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from hexameter.contracts.messages import Message
from hexameter.couriers.mail import Mail, Server
from hexameter.couriers.webhook import DELIVERY, SIGNATURE, Webhook
from hexameter.errors import BadValue, Outage, Refused
from tests.couriers.receivers import Hook, Mailbox, mail_server, webhook_receiver

SUBJECT = "Views of #glowday\r\nBcc: x@example.com"
MESSAGE = Message("7-1", SUBJECT, "Été 🌞 <b>", {"kind": "test", "n": 3}, "<p>Été</p>", {"views-0": b"\x89PNG"})


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as running:
        yield running


def webhook(hook: Hook) -> Webhook:
    return Webhook(lambda: 1_751_328_000.0, {f"127.0.0.1:{hook.port}"})


def test_a_letter_arrives_with_text_page_and_picture(box: Mailbox) -> None:
    Mail(f"smtp://127.0.0.1:{box.port}", "Hexameter <hexameter@example.com>").send("lea@example.com", MESSAGE)
    (letter,) = box.letters
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert letter["To"] == "lea@example.com" and letter["Bcc"] is None and "\n" not in letter["Subject"]
    assert text is not None and "Été 🌞 <b>" in text.get_content()
    assert html is not None and "<p>Été</p>" in html.get_content()
    assert [part.get_content() for part in letter.walk() if part.get_content_type() == "image/png"] == [b"\x89PNG"]
    assert letter["X-Hexameter-Delivery"] == "7-1"


@pytest.mark.parametrize("refusal, kind", [("451 try later", Outage), ("550 no such person", Refused)])
def test_a_mail_server_that_says_no_is_heard(box: Mailbox, refusal: str, kind: type[Exception]) -> None:
    box.refusal = refusal
    with pytest.raises(kind, match=refusal[:3]):
        Mail(f"smtp://127.0.0.1:{box.port}", "hexameter@example.com").send("lea@example.com", MESSAGE)
    assert box.letters == []


def test_a_mail_server_that_is_not_there_is_an_outage_and_one_that_is_not_named_says_which_setting() -> None:
    with pytest.raises(Outage, match=r"127\.0\.0\.1:9 "):
        Mail("smtp://127.0.0.1:9", "hexameter@example.com").send("lea@example.com", MESSAGE)
    with pytest.raises(Outage, match="smtp_url"):
        Mail("", "hexameter@example.com").send("lea@example.com", MESSAGE)


def test_mail_to_another_machine_is_encrypted_unless_the_operator_says_otherwise() -> None:
    assert Server.of("smtp://u:p%40ss@mail.example.com") == Server("mail.example.com", 587, "u", "p@ss", "starttls")
    assert Server.of("smtps://mail.example.com").security == "tls"
    assert Server.of("smtp://mail.example.com?security=none").security == "none"
    for wrong in ("mail.example.com", "http://mail.example.com", "smtp://", "smtp://h?security=maybe", "smtp://h:port"):
        with pytest.raises(BadValue, match="smtp_url"):
            Server.of(wrong)


@pytest.mark.parametrize("target", ["lea", "lea@", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a@b,c@d"])
def test_what_is_no_mail_address_is_refused(target: str) -> None:
    with pytest.raises(BadValue, match="not an e-mail address"):
        Mail("", "").check(target)


def test_a_webhook_gets_signed_json(hook: Hook) -> None:
    webhook(hook).send(hook.url, MESSAGE, "s3cret")
    ((headers, body),) = hook.got
    expected = hmac.new(b"s3cret", b"1751328000." + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE.lower()] == f"t=1751328000,v1={expected}"
    assert headers[DELIVERY.lower()] == "7-1"
    assert json.loads(body)["kind"] == "test" and json.loads(body)["key"] == "7-1"


@pytest.mark.parametrize("status, kind", [(500, Outage), (429, Outage), (302, Outage), (404, Refused), (410, Refused)])
def test_only_a_receipt_counts_and_redirects_are_not_followed(hook: Hook, status: int, kind: type[Exception]) -> None:
    hook.status, hook.headers = status, {"location": f"http://127.0.0.1:{hook.port}/secret"}
    hook.body = b"internal detail"
    with pytest.raises(kind) as problem:
        webhook(hook).send(hook.url, MESSAGE)
    assert len(hook.got) == 1 and "internal detail" not in str(problem.value)


def test_a_receiver_nobody_vouched_for_is_never_called(hook: Hook) -> None:
    with pytest.raises(Refused, match="is not called"):
        Webhook(lambda: 0.0).send(hook.url, MESSAGE)
    assert hook.got == []
