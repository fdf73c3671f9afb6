"""`hexameter kpis`: the six numbers, as a page or as JSON. It computes nothing."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Group, Parameter

from hexameter.views.cli.asking import How, When, Which, ask
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.kpi_page import page

MORE = Group("More detail", sort_key=4)


def kpis(
    *,
    which: Which | None = None,
    when: When | None = None,
    how: How | None = None,
    posts: Annotated[bool, Parameter(group=MORE, help="Also every post, with its counters and rates.")] = False,
    creators: Annotated[bool, Parameter(group=MORE, help="Also every creator.")] = False,
    hashtags: Annotated[bool, Parameter(group=MORE, help="Also every hashtag the posts carry.")] = False,
    curves: Annotated[bool, Parameter(group=MORE, help="With --posts: the views of each post by its age.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Measures one scope."""
    wanted = {"posts": posts or curves, "creators": creators, "hashtags": hashtags, "curves": curves}
    more = {name: True for name, asked in wanted.items() if asked}
    document = ctx.app.kpis(**ask(which, when, how), **more)
    return Answer(document, lambda: page(document))


COMMANDS = (
    Command(
        path=("kpis",),
        usage="hexameter kpis --campaign NAME [OPTIONS]",
        run=kpis,
        group="Start here",
        summary="The six numbers of a campaign, a creator, a hashtag or a post.",
        details="""Shows videos produced, views, engagement rate, interactions, follower growth, and hashtag performance with its return.
        Beside each number stands how many posts it counts and how many had to be left out. A dash (—) means: not read, and says
        why; it never means zero. The receipt below says as of when, from which sources and with which definitions, so that the same
        question gives the same answer later.""",
        example="""hexameter kpis --campaign glowday
hexameter kpis --campaign glowday --as-of 2025-08-01 --posts --creators
hexameter kpis --creator lea --from 2025-07-01 --to 2025-07-31
hexameter kpis --all --json""",
        limits="""A number is only as fresh as the newest reading that was imported. Public counters of 10,000 and more are often rounded by
        TikTok: the possible range is shown. Views are TikTok's public count: plays that started, not plays of five seconds.""",
    ),
)
