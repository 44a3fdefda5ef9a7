"""Codes of CMS files, as data, and the SQL that puts them into words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.evaluation.claims.columns import literal, quoted

_FILE = resources.files("allay.evaluation.loaders") / "data" / "cms.yaml"


class CmsCodes(Strict):
    """The values of one coded column and what they mean."""

    source: str
    status: Status
    values: Mapping[str, str]


class _CmsFile(Strict):
    codes: Mapping[str, CmsCodes]


@cache
def cms_codes(name: str) -> CmsCodes:
    """Return the codes of a column.

    Examples
    --------
    >>> cms_codes("sex").values["2"], cms_codes("race").status.value
    ('female', 'memory')
    """
    return read_yaml(_FILE, _CmsFile, name="cms.yaml").codes[name]


def words_sql(column: str, codes: CmsCodes) -> str:
    """Write the expression that puts a code into words; other codes become NULL."""
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(word)}" for code, word in codes.values.items())
    return f"CASE {quoted(column)} {cases} END"


SEXES = words_sql("BENE_SEX_IDENT_CD", cms_codes("sex"))
RACES = words_sql("BENE_RACE_CD", cms_codes("race"))
