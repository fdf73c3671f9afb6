"""`alerts`: what people are told, where, and whether it arrived. It decides nothing about what is worth telling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Track"
_Number = Annotated[int, Parameter(name="NUMBER", help="Its number in the list.")]


def listed(
    *,
    campaign: Annotated[str | None, Parameter(metavar="SLUG", help="Of one campaign only.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Alerts."""
    alerts = ctx.app.alerts.list(campaign=campaign)
    return Answer({"alerts": alerts}, lambda: _alerts(alerts))


def _alerts(alerts: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    rows = [(words.instant(a["raised_at"])[:16], a["kind"], a["sentence"]) for a in alerts]
    if rows:
        yield look.table(("When (UTC)", "Kind", "What"), rows, flexible=("What",))
    else:
        yield look.text("Nothing to tell yet.")


def subscribe(
    target: Annotated[str, Parameter(name="TARGET", help="An e-mail address, or the https address of a webhook.")],
    /,
    *,
    kind: Annotated[tuple[str, ...], Parameter(metavar="KIND", help="Only alerts of this kind; again for another.")] = (),
    campaign: Annotated[str | None, Parameter(metavar="SLUG", help="Of one campaign only.")] = None,
    digest: Annotated[str, Parameter(metavar="HOW", help="Also a summary: daily, weekly or none.")] = "none",
    tz: Annotated[str | None, Parameter(metavar="ZONE", help="Zone of its mornings; otherwise the setting timezone.")] = None,
    language: Annotated[str, Parameter(metavar="LANG", help="en or fr.")] = "en",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Sends alerts somewhere."""
    made = ctx.app.alerts.subscribe(target, kinds=kind, campaign=campaign, digest=digest, tz=tz, language=language)
    return Answer(made, lambda: _subscribed(made))


def _subscribed(made: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(f"{made['target']} is told from now on (subscription {made['id']}). Try it: hexameter alerts test {made['id']}")
    if "secret" in made:
        yield look.text(f"Messages are signed with this secret, which is shown this once: {made['secret']}")


def subscriptions(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Who is told."""
    known = ctx.app.alerts.subscriptions()
    return Answer({"subscriptions": known}, lambda: _subscriptions(known))


def _subscriptions(known: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    rows = [
        (str(s["id"]), s["channel"], s["target"], ", ".join(s["kinds"]) or "every kind", s["campaign"] or "all", s["digest"]) for s in known
    ]
    if rows:
        yield look.table(("Number", "By", "To", "Alerts", "Campaign", "Digest"), rows, flexible=("To", "Alerts"))
    else:
        yield look.text("Nobody is told anything yet: hexameter alerts subscribe you@example.com")


def unsubscribe(number: _Number, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Ends a subscription."""
    ctx.app.alerts.unsubscribe(number)
    return Answer({"removed": number}, lambda: iter([look.text(f"Subscription {number} is ended.")]))


def send(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Looks what is new and sends it."""
    done = ctx.app.alerts.send()
    return Answer(done, lambda: iter([_sent(done)]))


def _sent(done: Mapping[str, int]) -> RenderableType:
    return look.text(f"{done['raised']} new, {done['sent']} sent, {done['waiting']} waiting, {done['failed']} given up.")


def test(number: _Number, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Sends one message to a subscriber."""
    done = ctx.app.alerts.test(number)
    return Answer(done, lambda: iter([look.text(f"{done['target']} took a test message.")]))


def deliveries(
    *,
    state: Annotated[str | None, Parameter(metavar="STATE", help="Only waiting, sent or failed.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """What was sent, and what was not."""
    known = ctx.app.alerts.deliveries(state)
    return Answer({"deliveries": known}, lambda: _deliveries(known))


def _deliveries(known: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    rows = [(str(d["number"]), d["state"], str(d["tries"]), d["target"] or words.NOTHING, d["what"], d["last_error"] or "") for d in known]
    if rows:
        yield look.table(("Number", "State", "Tries", "To", "What", "Last error"), rows, flexible=("To", "What", "Last error"))
    else:
        yield look.text("Nothing was sent yet.")


def retry(number: _Number, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Tries a delivery again."""
    done = ctx.app.alerts.retry(number)
    return Answer(done, lambda: iter([_sent(done)]))


COMMANDS = (
    Command(
        path=("alerts", "list"),
        usage="hexameter alerts list [OPTIONS]",
        run=listed,
        group=GROUP,
        summary="What happened that somebody should know.",
        details="New posts, jumps in followers or views, sources that cannot be read. hexameter track looks every quarter of an hour.",
        example="hexameter alerts list --campaign glowday",
        limits="The newest 200.",
    ),
    Command(
        path=("alerts", "subscribe"),
        usage="hexameter alerts subscribe TARGET [OPTIONS]",
        run=subscribe,
        group=GROUP,
        summary="Have alerts and digests sent by e-mail or to a webhook.",
        details="""E-mail goes through the setting smtp_url. A webhook gets JSON by POST, with the header Hexameter-Signature:
        t=SECOND,v1=HMAC, where HMAC is SHA-256 over "SECOND.BODY" with the secret shown once; Hexameter-Delivery is the same for every
        attempt of one message. What fails is tried again for a day and a half, then listed as failed.""",
        example="hexameter alerts subscribe lea@example.com --digest daily --tz Europe/Paris",
        limits="Webhooks go to public https addresses only; the setting webhook_hosts names receivers in your own network.",
    ),
    Command(
        path=("alerts", "subscriptions"),
        usage="hexameter alerts subscriptions",
        run=subscriptions,
        group=GROUP,
        summary="Who is told what, and where.",
        details="Everybody with a subscription, made here or on the web pages; no secret is shown.",
        example="hexameter alerts subscriptions",
        limits="Who reads alerts on the web pages only is not listed.",
    ),
    Command(
        path=("alerts", "unsubscribe"),
        usage="hexameter alerts unsubscribe NUMBER",
        run=unsubscribe,
        group=GROUP,
        summary="End a subscription.",
        details="What still waits to be sent to it is dropped.",
        example="hexameter alerts unsubscribe 1",
        limits="What was sent already stays where it is.",
    ),
    Command(
        path=("alerts", "send"),
        usage="hexameter alerts send",
        run=send,
        group=GROUP,
        summary="Look what is new and send it now.",
        details="What hexameter track does every quarter of an hour, for cron or for once.",
        example="hexameter alerts send",
        limits="At most 500 messages at once; the rest with the next.",
    ),
    Command(
        path=("alerts", "test"),
        usage="hexameter alerts test NUMBER",
        run=test,
        group=GROUP,
        summary="Send one message to a subscriber, to see that it arrives.",
        details="It is sent at once and tried once; what went wrong is said.",
        example="hexameter alerts test 1",
        limits="That a mail server took it does not mean that it was read.",
    ),
    Command(
        path=("alerts", "deliveries"),
        usage="hexameter alerts deliveries [OPTIONS]",
        run=deliveries,
        group=GROUP,
        summary="What was sent, what waits, and what went wrong.",
        details="A message that fails is tried again after 1, 5 and 30 minutes, 2, 8 and 24 hours, then given up.",
        example="hexameter alerts deliveries --state failed",
        limits="The newest 200.",
    ),
    Command(
        path=("alerts", "retry"),
        usage="hexameter alerts retry NUMBER",
        run=retry,
        group=GROUP,
        summary="Try a delivery again.",
        details="Whatever became of it before; its key stays the same, so that a receiver can tell.",
        example="hexameter alerts retry 7",
        limits="A subscription that was ended has no deliveries any more.",
    ),
)
