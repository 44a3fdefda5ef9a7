"""`allay consensus registry policies`: where policies are on a day, and the rules they would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import click
import polars as pl

import allay
from allay.cli.consensus.registry.opening import (
    deliver_rows,
    folder_argument,
    frame,
    opened_registry,
    rulebook,
    rules_option,
)
from allay.cli.frame import DAY, example, format_option, output_option
from allay.consensus.registry.standing.policies import PolicyList, PolicyRow, policies_on

_SHOWN = ("id", "jurisdiction", "number", "status", "since", "dated", "days", "source_status")


@click.command(
    "policies",
    epilog=example(
        "allay consensus registry policies our-registry --as-of 2026-11-27",
        "allay consensus registry policies our-registry --as-of 2026-11-27 --format json -o policies.json",
    ),
)
@folder_argument
@click.option("--as-of", type=DAY, required=True, help="The day to say it for.")
@rules_option
@format_option("table", "json", "csv")
@output_option()
def policies(*, folder: str, as_of: dt.date, rules: tuple[str, ...], format: str, output: str | None) -> None:
    """List the policies of a registry with their status on a day, and the coverage rules they would change.

    `days` count from the last change; where the registry only knows a day on which a status was seen, it may
    have held for longer, and `dated` says `seen`. Rules stand as they are on the day, with how sure we are of
    them. CSV has a row for each policy and rule.
    """
    book = rulebook(rules)
    found = policies_on(opened_registry(folder, book), as_of, book=book, allay_version=allay.__version__)
    if format == "csv":
        deliver_rows(output, found, _wide(found), form=format)
        return
    table = frame(PolicyRow, found.policies, but=("rules",)).select(_SHOWN)
    head = f"{len(found.policies)} policies on {as_of}"
    deliver_rows(output, found, table, form=format, head=head, tail="\n".join(_lines(found)))


def _lines(found: PolicyList) -> Iterator[str]:
    for policy in found.policies:
        yield f"{policy.id}: {policy.title}"
        if policy.dated == "seen":
            yield f"  {policy.status}, as seen on {policy.since}; since when is not known"
        else:
            yield f"  {policy.status} since {policy.since}, {policy.days} days"
        yield f"  effect: {policy.effect}"
        if policy.note:
            yield f"  note: {policy.note}"
        if policy.later:
            yield f"  the registry has {policy.later} later changes of status"
        for rule in policy.rules:
            held = "in force" if rule.in_force else "not in force"
            yield f"  rule {rule.id} ({held}, {rule.status}): {rule.text}"
        if not policy.rules:
            yield "  no coverage rule of Allay is named"
        yield ""


def _wide(found: PolicyList) -> pl.DataFrame:
    policies = frame(PolicyRow, found.policies, but=("rules",))
    names = ("rule", "rule_in_force", "rule_status", "rule_text")
    rows = [
        (policy.id, rule.id, rule.in_force, rule.status, rule.text)
        for policy in found.policies
        for rule in policy.rules
    ]
    kinds = (pl.String, pl.String, pl.Boolean, pl.String, pl.String)
    rules = pl.DataFrame(rows, schema=dict(zip(("id", *names), kinds, strict=True)), orient="row")
    return policies.join(rules, on="id", how="left", maintain_order="left_right")
