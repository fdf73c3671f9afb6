"""Builds the parser from the list of commands. It holds no command of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cyclopts import App, Group, Parameter

from hexameter.views.cli.command import Command
from hexameter.views.cli.help import Layout, epilogue

TITLE = """Hexameter measures TikTok influence campaigns: videos produced, views, engagement rate, interactions, follower growth and hashtag
performance, each with its receipt. Start with `hexameter demo`, or import a file you have: `hexameter import FILE`."""

CLOSING = """Any command explains itself: hexameter kpis --help
Everywhere: --home DIR keeps everything in another folder, --workspace NAME works
in one of its workspaces, --json prints one
JSON document, --help explains. hexameter --version says which release this is."""

FAMILIES = {
    "campaign": "Set up a campaign: its window, hashtags, creators, what it cost and what it earned.",
    "alerts": "Have what happens told by e-mail or webhook, and see whether it arrived.",
    "brief": "Say what creators are asked for, version by version.",
    "candidate": "Find and choose creators: from found to done.",
    "deliverable": "See what creators owe: drafts, comments, approvals, due days.",
    "rights": "Keep the ledger of ad rights and Spark Ads codes.",
    "money": "See what a campaign cost and earned: codes, links, orders, return.",
    "portal": "Make links for creators: their own page, the application form.",
    "lake": "Look after the stored readings: compact, maintain, vacuum, erase, history.",
    "workspace": "Keep the campaigns of each client or brand apart: a desk and a lake of their own.",
    "tokens": "Let programs call the API: make, list and revoke their tokens.",
    "completion": "Let the shell complete commands and options.",
}
GROUPS = ("Start here", "Numbers", "Campaigns", "Work a campaign", "Track", "Look after it", "Later releases")


def build(commands: Iterable[Command], version: str) -> App:
    """The parser of the whole command line.

    In      commands  in the order in which they are listed
            version   what `--version` prints
    """
    groups = {title: Group(title, sort_key=at) for at, title in enumerate(GROUPS)}
    app = _app(
        "hexameter",
        " ".join(TITLE.split()),
        version=f"hexameter {version}",
        usage="Usage: hexameter COMMAND [OPTIONS]",
        help_epilogue=CLOSING,
    )
    for flag in ("--help", "--version"):
        app[flag].show = False
    families: dict[str, App] = {}
    for at, command in enumerate(commands):
        owner = app
        if len(command.path) > 1:
            owner = _family(app, families, command, groups[command.group], at)
        about = f"{command.summary}\n\n{' '.join(command.details.split())}" if command.details else command.summary
        leaf = _app(command.path[-1], about, help_epilogue=epilogue(command), group=groups[command.group], sort_key=at, usage=command.usage)
        leaf.default(command.run)
        owner.command(leaf)
    return app


def _family(app: App, families: dict[str, App], command: Command, group: Group, at: int) -> App:
    name = command.path[0]
    if name not in families:
        families[name] = _app(
            name, FAMILIES[name], group=group, sort_key=at, help_epilogue=f"Each explains itself: hexameter {command.name} --help"
        )
        app.command(families[name])
    return families[name]


def _app(name: str, about: str, **more: Any) -> App:
    return App(
        name=name,
        help=about,
        help_format="plaintext",
        help_formatter=Layout(),
        help_flags=["--help", "-h"],
        default_parameter=Parameter(negative=(), show_default=False),
        **more,
    )
