"""`allay measures load-pack`, `render` and `answers`: official wording in, forms out, FHIR answers in."""

from __future__ import annotations

from pathlib import Path

import click

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.cli.frame import OnInvalid, example, input_argument, invalid_option, output_option
from allay.cli.results import deliver_frame, deliver_text, json_text, opened
from allay.measures.catalog import get
from allay.measures.pack import with_pack

FORMATS = ("txt", "json")


@click.command(
    "load-pack",
    epilog=example(
        "allay measures load-pack phq9-es.json --language es -o packs/phq9-es.json",
        'allay measures load-pack promis29.csv --permission "HealthMeasures, 2026-03-01" -o pack.json',
    ),
)
@input_argument("file")
@click.option("--instrument", metavar="ID[@VERSION]", help="Check against this one; else FILE says which.")
@click.option("--language", metavar="TAG", help="Take the texts in this language (en, es-US, ...).")
@click.option(
    "--permission", metavar="TEXT", default="", help="Who permits the use of the wording, and since when."
)
@click.option(
    "--attribution", metavar="TEXT", default="", help="What must be shown with it, where FILE does not say."
)
@output_option()
def load_pack(
    *,
    file: str,
    instrument: str | None,
    language: str | None,
    permission: str,
    attribution: str,
    output: str | None,
) -> None:
    """Check official wording against the definition of its instrument, and write it as a pack.

    FILE is a FHIR R4 Questionnaire (JSON), a CSV file with the columns instrument, language, item, text and
    as needed answer_value, answer_text, low, high, stem, or a pack. What does not fit is refused, with its
    place. Instruments whose wording needs permission want it stated.
    """
    # Imported late: reading forms needs much that listing and scoring do not.
    from allay.interop.packsource import load_pack as load
    from allay.measures.packfile import to_file

    source, name = opened(file)
    pack, definition = load(
        source,
        instrument=get(instrument) if instrument else None,
        language=language,
        permission=permission,
        attribution=attribution,
        name=name,
    )
    for note in pack.notes:
        click.echo(f"allay: {name}: {note}", err=True)
    deliver_text(output, json_text(to_file(pack, definition).model_dump(mode="json")))


@click.command(
    "render",
    epilog=example(
        "allay measures render phq9 -o phq9.txt",
        "allay measures render promis29 --language es --pack promis29-es.json -o form.json",
    ),
)
@click.argument("instrument", metavar="ID[@VERSION]")
@click.option("--language", metavar="TAG", help="By default that of the pack, else English.")
@click.option("--pack", metavar="PACK.json", help="Wording from `allay measures load-pack`.")
@output_option()
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="By default the ending of FILE, else txt."
)
def render(
    *, instrument: str, language: str | None, pack: str | None, output: str | None, format_: str | None
) -> None:
    """Write the form of an instrument: text to print, or a FHIR R4 Questionnaire (.json).

    Only wording that ships with Allay or comes in a pack is written, with its attribution; else the command
    is refused.
    """
    form = _form(output, format_)
    chosen = get(instrument)
    if pack is not None:
        from allay.measures.packfile import read_pack

        source, name = opened(pack)
        loaded = read_pack(source, name=name)
        try:
            chosen = with_pack(chosen, loaded)
        except InvalidValue as wrong:
            at = "/instrument"
            raise InvalidInput(Problem(name, at, "instrument", wrong.expected, wrong.found)) from None
        language = language or loaded.language
    language = language or "en"
    if form == "txt":
        from allay.measures.paperform import paper_form

        deliver_text(output, paper_form(chosen, language=language))
    else:
        from allay.interop.questionnaire_out import questionnaire

        deliver_text(output, json_text(questionnaire(chosen, language=language)))


def _form(output: str | None, format_: str | None) -> str:
    if format_:
        return format_
    ending = Path(output).suffix.lower().lstrip(".") if output and output != "-" else "txt"
    if ending not in FORMATS:
        expected = "a name that ends in .txt or .json (or --format)"
        raise InvalidInput(Problem(str(output), "-", "output", expected, repr(ending)))
    return ending


@click.command(
    "answers",
    epilog=example(
        "allay measures answers response.json -o answers.csv",
        "allay measures answers bundle.json --instrument gad7 | allay measures score gad7 - -o scores.csv",
    ),
)
@input_argument("response")
@click.option("--instrument", metavar="ID[@VERSION]", help="Take the responses to this one.")
@click.option(
    "--questionnaire", metavar="FILE", help="The form that was answered, where link ids are no codes."
)
@output_option()
@invalid_option("An impossible answer: refuse the file, or leave that response out and say so.")
def answers(
    *,
    response: str,
    instrument: str | None,
    questionnaire: str | None,
    output: str | None,
    on_invalid: OnInvalid,
) -> None:
    """Turn a FHIR R4 QuestionnaireResponse, or a Bundle of them, into a CSV file of answers.

    One row per response: patient_id, date, questionnaire, response_status, then one column per item, as
    `allay measures score` takes them. "Asked but declined" and the like are missing, never zero.
    """
    from allay.interop.questionnaire_response import read_responses

    source, name = opened(response)
    sheet = read_responses(
        source,
        instrument=get(instrument) if instrument else None,
        questionnaire=Path(questionnaire) if questionnaire else None,
        on_invalid=on_invalid,
        name=name,
    )
    for problem in sheet.problems:
        click.echo(f"{problem} (this response was left out)", err=True)
    for note in sheet.notes:
        click.echo(f"allay: {name}: {note}", err=True)
    deliver_frame(output, sheet.frame)
