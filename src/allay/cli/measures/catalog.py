"""`allay measures list` and `show`: which instruments there are, and what is known of each."""

from __future__ import annotations

import click
import polars as pl

from allay.cli.frame import example, format_option, output_option
from allay.cli.results import deliver_frame, deliver_text, json_text
from allay.measures.card import card
from allay.measures.cardtext import card_text
from allay.measures.catalog import all_instruments, get
from allay.measures.domains import domain_table, resolved
from allay.measures.outcome_definitions import outcome_definition, outcome_definitions


@click.command("list", epilog=example("allay measures list", "allay measures list --format json"))
@format_option("table", "json", "csv")
@output_option()
def list_instruments(*, format: str, output: str | None) -> None:
    """List every instrument with its version, wording and licence."""
    cards = [card(instrument) for instrument in all_instruments()]
    if format == "json":
        deliver_text(output, json_text([each.model_dump(mode="json") for each in cards]))
        return
    rows = [
        {
            "id": each.id,
            "version": each.version,
            "title": each.title,
            "domain": each.domain,
            "items": len(each.items),
            "scales": " ".join(scale.id for scale in each.scales),
            "wording": each.wording,
            "languages": " ".join(each.languages) or None,
            "licence": each.licence.name,
            "sources": len(each.sources),
        }
        for each in cards
    ]
    deliver_frame(output, pl.DataFrame(rows), form=format)


@click.command(
    "show", epilog=example("allay measures show promis29", "allay measures show phq9@1.0.0 --format json")
)
@click.argument("instrument", metavar="ID[@VERSION]")
@format_option("table", "json")
@output_option()
def show(*, instrument: str, format: str, output: str | None) -> None:
    """Show one instrument: items, scales, licence, wording, bands, thresholds, sources and their status."""
    shown = card(get(instrument))
    if format == "json":
        deliver_text(output, json_text(shown.model_dump(mode="json")))
    else:
        deliver_text(output, card_text(shown))


@click.command("domains", epilog=example("allay measures domains", "allay measures domains --format csv"))
@format_option("table", "json", "csv")
@output_option()
def domains(*, format: str, output: str | None) -> None:
    """List the quality domains and what serves each: a payer chooses domains, a program instruments."""
    file = domain_table()
    rows: list[dict[str, str | None]] = [
        {
            "domain": domain.id,
            "title": domain.title,
            "instrument": instrument.reference,
            "scale": scale.id,
            "wording": instrument.wording,
            "assignment": str(file.assignment_status),
            "note": domain.note or None,
        }
        for domain in file.domains
        for instrument, scale in (resolved(reference) for reference in domain.scales)
    ]
    for domain in file.domains:
        served: list[str | None] = [outcome_definition(each).reference for each in domain.definitions]
        for reference in served or [None] * (not domain.scales):
            rows.append(
                {
                    "domain": domain.id,
                    "title": domain.title,
                    "instrument": reference,
                    "scale": None,
                    "wording": "definition" if reference else None,
                    "assignment": str(file.assignment_status),
                    "note": domain.note or None,
                }
            )
    deliver_frame(output, pl.DataFrame(rows, infer_schema_length=None), form=format)


@click.command(
    "definitions", epilog=example("allay measures definitions", "allay measures definitions completion")
)
@click.argument("name", required=False)
@output_option()
def definitions(*, name: str | None, output: str | None) -> None:
    """Print the outcomes that are counted, not asked: work, health-care use, completion, adherence."""
    chosen = [outcome_definition(name)] if name else list(outcome_definitions())
    deliver_text(output, json_text([each.model_dump(mode="json") for each in chosen]))
