"""Messages to people, by e-mail over SMTP. It tries once."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

from hexameter.contracts.messages import Message
from hexameter.errors import BadValue, Outage, Refused

_SECONDS = 20.0
_ADDRESS = re.compile(r"[^@\s<>,;:\"\\]{1,64}@[A-Za-z0-9.-]{1,255}")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Server:
    """Where mail is handed over, from the setting smtp_url."""

    host: str
    port: int
    user: str
    password: str
    security: str  # "tls" from the first byte, "starttls", or "none"

    @classmethod
    def of(cls, url: str) -> Server:
        """The server of an address like smtp://user:password@mail.example.com:587.

        Raises  BadValue
        """
        try:
            split = urlsplit(url)
            port = split.port or {"smtps": 465}.get(split.scheme, 587)
        except ValueError:
            raise _unreadable() from None
        if split.scheme not in ("smtp", "smtps") or not split.hostname:
            raise _unreadable()
        plain = "none" if split.hostname in _LOOPBACK else "starttls"
        security = "tls" if split.scheme == "smtps" else parse_qs(split.query).get("security", [plain])[0]
        if security not in ("tls", "starttls", "none"):
            raise _unreadable()
        return cls(split.hostname, port, unquote(split.username or ""), unquote(split.password or ""), security)


class Mail:
    """Hands messages to one SMTP server.

    In      url     the setting smtp_url; "": no mail is sent, and who asks is told
            sender  the setting smtp_from
    """

    name = "email"

    def __init__(self, url: str, sender: str) -> None:
        self._server = Server.of(url) if url else None
        self._sender = sender

    def check(self, target: str) -> str:
        """An e-mail address."""
        if not _ADDRESS.fullmatch(target.strip()):
            raise BadValue(f"'{target[:100]}' is not an e-mail address.", field="target", value=target[:100], hint="Like lea@example.com.")
        return target.strip()

    def send(self, target: str, message: Message, secret: str | None = None) -> None:
        """Hand it over; the server's word is what counts."""
        server = self._server
        if server is None:
            raise Outage("No mail server is named.", field="smtp_url", hint="Set smtp_url, like smtp://user:password@mail.example.com:587.")
        letter = written(message, self._sender, target)
        try:
            with _connected(server) as line:
                line.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as problem:
            code, said = _answer(problem)
            kind = Refused if code >= 500 else Outage
            raise kind(f"{server.host} does not take the message for {target}: {code} {said}.", field="target") from problem
        except smtplib.SMTPAuthenticationError as problem:
            raise Outage(f"{server.host} does not accept the user name or password of smtp_url.", field="smtp_url") from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise Outage(f"The mail server {server.host}:{server.port} did not take the message: {problem}.", field="smtp_url") from problem


def written(message: Message, sender: str, target: str) -> EmailMessage:
    """The message as a letter: text for every reader, HTML with its pictures for most."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, target
    letter["Subject"] = " ".join(message.subject.split())[:200]  # a line break would begin another header
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(idstring="hexameter", domain=sender.rpartition("@")[2].strip("> ") or "localhost")
    letter["X-Hexameter-Delivery"] = message.key
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    if message.html is not None:
        letter.add_alternative(message.html, subtype="html")
        html = letter.get_payload()[1]  # type: ignore[index]
        for name, image in message.images.items():
            html.add_related(image, "image", "png", cid=f"<{name}>")  # type: ignore[union-attr]
    return letter


def _connected(server: Server) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=safe)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.security == "starttls":
            line.starttls(context=safe)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _answer(problem: smtplib.SMTPException) -> tuple[int, str]:
    told = next(iter(problem.recipients.values())) if isinstance(problem, smtplib.SMTPRecipientsRefused) else None
    code, said = told or (getattr(problem, "smtp_code", 0), getattr(problem, "smtp_error", b""))
    return int(code), (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said))[:200]


def _unreadable() -> BadValue:
    hint = "Expected like smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start."
    return BadValue("smtp_url cannot be read as a mail server.", field="smtp_url", hint=hint)
