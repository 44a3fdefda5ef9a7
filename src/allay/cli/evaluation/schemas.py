"""`allay evaluation schema`: the JSON Schema of every input and output."""

from __future__ import annotations

from pydantic import BaseModel

from allay.cli.evaluation import check, did, match, moments, panel, series, simulate, study
from allay.cli.frame import schema_command

SCHEMAS: dict[str, type[BaseModel]] = {
    **check.SCHEMAS,
    **did.SCHEMAS,
    **match.SCHEMAS,
    **moments.SCHEMAS,
    **panel.SCHEMAS,
    **series.SCHEMAS,
    **simulate.SCHEMAS,
    **study.SCHEMAS,
}
schema = schema_command("evaluation", SCHEMAS)
