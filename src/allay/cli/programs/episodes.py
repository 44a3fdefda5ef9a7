"""`allay programs fidelity`: completion, adherence, dose and fidelity of episodes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
import polars as pl

from allay.cli.frame import (
    DAY,
    OnInvalid,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
)
from allay.cli.programs.definitions import definition_from
from allay.cli.results import aligned, deliver_text, json_text, opened
from allay.programs.episodes.records import read_episodes
from allay.programs.episodes.result import episodes_result


@click.command(
    "fidelity",
    epilog=example(
        "allay programs fidelity episodes.csv ppact",
        "allay programs fidelity episodes.csv ours.yaml --as-of 2026-06-30 --format json -o fidelity.json",
    ),
)
@input_argument("episodes")
@click.argument("definition", metavar="ID[@VERSION]|FILE")
@click.option("--as-of", type=DAY, help="The last day known of; later sessions are left out.")
@invalid_option("Refuse a file with wrong rows, or leave those rows out and count them.")
@format_option("table", "json")
@output_option()
def fidelity(
    *,
    episodes: str,
    definition: str,
    as_of: dt.date | None,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Compare what happened in EPISODES, a CSV file, with a DEFINITION.

    EPISODES has one row per scheduled session: episode_id, enrolled_on, status (open or ended), date,
    component, attended (yes, no, canceled or blank), and perhaps ended_on, reason, minutes and group_size. An
    episode without a session has one row with date, component and attended blank. Everybody enrolled is
    counted. A phase that depends on a decision is expected of those episodes that have sessions of it.
    """
    chosen = definition_from(definition)
    source, name = opened(episodes)
    file = read_episodes(source, chosen, as_of=as_of, on_invalid=on_invalid, name=name)
    result = episodes_result(file, chosen, as_of=as_of)
    deliver_text(output, json_text(result) if format == "json" else _text(result))


def _text(result: dict[str, Any]) -> str:
    done, kept = result["completion"], result["adherence"]
    parts = [
        f"{result['definition']}: {done['enrolled']} enrolled, {done['still_open']} still open, "
        f"{done['ended']} ended, {done['never_started']} of them before the first session",
        f"completed ({done['definition']}; rule {done['rule_status']}: {done['rule']}): "
        f"{done['completed']} of {done['ended']} {_share(done)}",
        f"adherence ({kept['definition']}): {kept['attended']} of {kept['scheduled']} sessions "
        f"{_share(kept)}; {kept['canceled']} canceled, {kept['unrecorded']} not recorded",
    ]
    if done["drop_outs"]:
        parts += ["", "did not complete", aligned(pl.DataFrame(done["drop_outs"]))]
    doses = [
        {
            "component": each["component"],
            "part": each["part"],
            "planned": each["planned"] or None,
            "received": each["received"],
            "percent": None if each["share"] is None else round(100 * each["share"]),
            "minutes": each["received_minutes"],
        }
        for each in result["dose"]
    ]
    parts += ["", "dose received in ended episodes", aligned(pl.DataFrame(doses, infer_schema_length=None))]
    signs = [
        {
            "sign": each["id"],
            "counted": each["counted"],
            "met": each["met"] if each["of"] else None,
            "of": each["of"] or None,
            "share": _share(each),
            "unrecorded": each["unrecorded"],
        }
        for each in result["fidelity"]
    ]
    parts += ["", "fidelity", aligned(pl.DataFrame(signs, infer_schema_length=None)), ""]
    return "\n".join([*parts, *(f"- {note}" for note in result["notes"])])


def _share(figure: dict[str, Any]) -> str:
    if figure["share"] is None:
        return "-"
    low, high = (f"{100 * figure[end]:.0f}" for end in ("low", "high"))
    return f"({100 * figure['share']:.0f}%, 95% interval {low} to {high})"
