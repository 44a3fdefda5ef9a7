"""`allay services`: what each service is, and whether a session counts as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.status import Status
from allay.cli.frame import (
    OnInvalid,
    answer_no,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
    schema_command,
)
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.programs.services.card import ServiceCard, card
from allay.programs.services.cardtext import service_text, session_rules
from allay.programs.services.catalog import all_services, get, load_service
from allay.programs.services.decision import SessionDecision
from allay.programs.services.definition import ServiceDefinition
from allay.programs.services.files import CodeListFile, ServiceFile, SetAsideFile, SourcesFile
from allay.programs.services.sheet import CheckedSessions, check_sessions
from allay.programs.services.tidier import ITEMS

_FILES = (".yaml", ".yml")


@click.group(
    epilog=example(
        "allay services list",
        "allay services show acupuncture",
        "allay services check sessions.csv -o checked.csv",
    )
)
def group() -> None:
    """Services: what each is by 12 items, who delivers it how, its codes, and what a session needs."""


@group.command("list", epilog=example("allay services list", "allay services list --format csv"))
@format_option("table", "json", "csv")
@output_option()
def list_services(*, format: str, output: str | None) -> None:
    """List every service with how completely it is described and what its test rests on."""
    deliver_frame(output, pl.DataFrame([_line(service) for service in all_services()]), form=format)


def _line(service: ServiceDefinition) -> dict[str, Any]:
    filled = service.description.filled
    return {
        "id": service.id,
        "version": service.version,
        "label": service.label,
        "modality": service.modality.text,
        "formats": " ".join(service.formats.values),
        "settings": " ".join(service.settings.values),
        "telehealth": service.telehealth.suits,
        "telehealth_status": str(service.telehealth.provenance.status),
        "described": f"{filled}/{len(ITEMS)}",
        "codes": len(service.codes),
        "components": len(service.components),
        "test_status": str(Status.weakest(rule.status for _, rule in session_rules(service))),
    }


@group.command(
    "show", epilog=example("allay services show yoga", "allay services show own.yaml --format json")
)
@click.argument("definition", metavar="ID[@VERSION]|FILE")
@format_option("table", "json")
@output_option()
def show(*, definition: str, format: str, output: str | None) -> None:
    """Show one service, a shipped one or your own file; what is not verified says so."""
    service = load_service(Path(definition)) if definition.endswith(_FILES) else get(definition)
    if format == "json":
        deliver_text(output, json_text(card(service).model_dump(mode="json")))
    else:
        deliver_text(output, service_text(service))


@group.command(
    "check",
    epilog=example(
        "allay services check sessions.csv -o checked.csv",
        "allay services check sessions.csv --definition own.yaml --format json",
    ),
)
@input_argument("sessions")
@output_option()
@click.option(
    "--definition",
    "own",
    metavar="FILE",
    multiple=True,
    help="Your own definition of a service, in place of the shipped one. May be given several times.",
)
@invalid_option("A row that cannot be read: refuse the file, or give the row the answer `invalid`.")
@format_option("csv", "json", "table")
def check(
    *, sessions: str, output: str | None, own: tuple[str, ...], on_invalid: OnInvalid, format: str
) -> None:
    """Say of every session in SESSIONS whether it counts as the service it claims to be.

    SESSIONS has session_id, service, profession, minutes, format, participants, setting, components; blank
    means not recorded, components are separated by `;`, and `none` says that none was delivered. The answer
    is yes, no or unknown, with every rule, met or not. Exit status 1: at least one answer is no.
    """
    source, name = opened(sessions)
    definitions = [load_service(Path(file)) for file in own]
    checked = check_sessions(source, own=definitions, on_invalid=on_invalid, name=name)
    if format == "json":
        deliver_text(output, json_text(_report(checked)))
    elif format == "table":
        short = ["session_id", "service", "answer", "status", "not_met", "unknown"]
        deliver_text(output, aligned(checked.frame().select(short)))
    else:
        deliver_frame(output, checked.frame())
    said = ", ".join(f"{answer} {many}" for answer, many in checked.counts.items() if many)
    click.echo(f"allay: {name}: {said or 'no sessions'}", err=True)
    if checked.counts["no"]:
        answer_no()


def _report(checked: CheckedSessions) -> dict[str, object]:
    ids = checked.table.frame["session_id"]
    rows = [
        {
            "session_id": ids[place],
            "definition": decision.definition,
            "answer": decision.answer,
            "status": str(decision.status),
            "rules": [
                {
                    "rule": result.rule,
                    "outcome": result.outcome,
                    "expected": result.expected,
                    "found": result.found,
                    "status": str(result.provenance.status),
                    "source": result.provenance.reference.title,
                }
                for result in decision.results
            ],
        }
        if isinstance(decision, SessionDecision)
        else {
            "session_id": ids[place],
            "definition": None,
            "answer": "invalid",
            "status": None,
            "rules": [],
            "problems": [str(problem) for problem in decision],
        }
        for place, decision in enumerate(checked.decisions)
    ]
    return {"allay_version": allay.__version__, "counts": checked.counts, "sessions": rows}


SCHEMAS: dict[str, type[BaseModel]] = {
    "service": ServiceFile,
    "card": ServiceCard,
    "sources": SourcesFile,
    "code-list": CodeListFile,
    "set-aside": SetAsideFile,
}
group.add_command(schema_command("services", SCHEMAS))
