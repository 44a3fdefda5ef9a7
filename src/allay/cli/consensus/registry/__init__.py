"""`allay consensus registry`: who works on what in the field, by which source, and how it stands."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.consensus.registry.actions import actions
from allay.cli.consensus.registry.balance import balance_
from allay.cli.consensus.registry.check import check, new
from allay.cli.consensus.registry.interests import interests
from allay.cli.consensus.registry.listing import list_
from allay.cli.consensus.registry.meetings import meetings
from allay.cli.consensus.registry.policies import policies
from allay.cli.frame import example
from allay.consensus.registry.files import FILES
from allay.consensus.registry.standing.actions import ActionList
from allay.consensus.registry.standing.balance import Balance
from allay.consensus.registry.standing.interests import InterestList
from allay.consensus.registry.standing.meetings import MeetingList
from allay.consensus.registry.standing.policies import PolicyList


@click.group(
    "registry",
    epilog=example(
        "allay consensus registry new -o our-registry",
        "allay consensus registry check our-registry --as-of 2026-11-27",
        "allay consensus registry policies our-registry --as-of 2026-11-27",
    ),
)
def registry() -> None:
    """Organizations, people, workgroups, meetings, documents, actions and policies, each with its source.

    A registry is a folder with a YAML file for each kind of entry. `allay consensus schema registry-actions`
    prints the shape of actions.yaml, and so on.
    """


for command in (check, new, list_, actions, policies, meetings, interests, balance_):
    registry.add_command(command)
SCHEMAS: dict[str, type[BaseModel]] = {
    **{f"registry-{kind}": model for kind, model in FILES.items()},
    "registry-actions-result": ActionList,
    "registry-policies-result": PolicyList,
    "registry-meetings-result": MeetingList,
    "registry-interests-result": InterestList,
    "registry-balance-result": Balance,
}
