"""`allay consensus registry check` and `new`: does a registry hold together; a start for one."""

from __future__ import annotations

import datetime as dt

import click

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import write_folder, writing
from allay.cli.consensus.registry.opening import folder_argument, rulebook, rules_option
from allay.cli.frame import DAY, example, folder_name, no_if_invalid
from allay.cli.results import STANDARD
from allay.consensus.registry.files import FILES
from allay.consensus.registry.reading import read_registry
from allay.consensus.registry.seed import field_files


@click.command(
    "check",
    epilog=example(
        "allay consensus registry check our-registry",
        "allay consensus registry check our-registry --as-of 2026-11-27 --rules our-rules",
    ),
)
@folder_argument
@click.option("--as-of", type=DAY, help="Today: what is said to have happened later is a problem.")
@rules_option
def check(*, folder: str, as_of: dt.date | None, rules: tuple[str, ...]) -> None:
    """Say whether the files of a registry hold together.

    DIR holds sources.yaml, organizations.yaml, people.yaml, workgroups.yaml, meetings.yaml, documents.yaml,
    strategies.yaml, actions.yaml, endorsements.yaml, policies.yaml and counts.yaml; one that is not there is
    empty. Checked are shapes, ids and names, what entries say of each other (by id or by any name), the order
    of histories, and that the coverage rules of policies exist. The exit status is 1 when anything is wrong,
    and 2 when there is no such folder.
    """
    if folder == STANDARD:
        raise InvalidInput(Problem("-", "-", "(folder)", "the folder of a registry", "standard input"))
    known = {rule.id for rule in rulebook(rules).rules} if rules else None
    with no_if_invalid():
        registry = read_registry(folder, as_of=as_of, rule_ids=known)
        counts = {kind: len(registry.entries(kind)) for kind in FILES}
        said = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
        made_up = f"; synthetic: {', '.join(sorted(registry.synthetic))}" if registry.synthetic else ""
        click.echo(f"{folder}: holds together: {said or 'nothing in it'}{made_up}")


@click.command("new", epilog=example("allay consensus registry new -o our-registry"))
@click.option("-o", "--output", metavar="DIR", required=True, callback=folder_name, help="Folder to write.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
def new(*, output: str, force: bool) -> None:
    """Write the registry that ships into DIR, as a start for one's own.

    It holds what accounts of the field's congresses of 2017 and 2018 and of their workgroups say, each with
    its source and status, and policies that the coverage rules rest on; no persons. What the accounts do not
    say is `not reported` or `unknown`.
    """
    write_folder(output, {name: writing(data) for name, data in field_files().items()}, force=force)
    click.echo(f"{output}: {', '.join(field_files())}", err=True)
