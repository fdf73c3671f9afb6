"""Every command of the command line, in the order in which help lists them. Parser, help, docs, completion and tests iterate over it."""

from __future__ import annotations

from hexameter.views.cli.command import Command
from hexameter.views.cli.commands import (
    alerts,
    brief,
    campaign,
    campaign_goal,
    campaign_money,
    candidate,
    completion,
    deliverable,
    demo,
    explain,
    import_files,
    inbox,
    insights,
    kpis,
    lake,
    later,
    money,
    query,
    serve,
    tracking,
    upkeep,
    workspaces,
)

COMMANDS: tuple[Command, ...] = (
    *demo.COMMANDS,
    *import_files.COMMANDS,
    *kpis.COMMANDS,
    *upkeep.COMMANDS,
    *explain.COMMANDS,
    *query.COMMANDS,
    *campaign.COMMANDS,
    *campaign_goal.COMMANDS,
    *campaign_money.COMMANDS,
    *brief.COMMANDS,
    *candidate.COMMANDS,
    *deliverable.COMMANDS,
    *money.COMMANDS,
    *tracking.COMMANDS,
    *inbox.COMMANDS,
    *insights.COMMANDS,
    *alerts.COMMANDS,
    *serve.COMMANDS,
    *lake.COMMANDS,
    *workspaces.COMMANDS,
    *completion.COMMANDS,
    *later.COMMANDS,
)
