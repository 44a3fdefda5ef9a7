"""The code book: the billing codes of pain programs, with what each is and how it is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType

from allay.base.errors import NotFound
from allay.base.tables import read_csv
from allay.base.vocabulary import ProfessionId, profession_id
from allay.coverage.codes.add_ons import FOLDER, code_sheet
from allay.coverage.codes.billingcode import BillingCode
from allay.coverage.codes.bookfile import COLUMNS, read_codes
from allay.coverage.codes.sheet import references


class CodeBook:
    """Billing codes by code.

    Examples
    --------
    >>> code_book().get("97110").label
    'guided exercise, 15 minutes'
    >>> code_book().get("97111")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no billing code '97111'; did you mean '97811' or '97161' or '97116'?
    """

    def __init__(
        self, codes: Mapping[str, BillingCode], plans: Mapping[ProfessionId, str], release: dt.date
    ) -> None:
        self._codes = MappingProxyType(dict(codes))
        self._plans = MappingProxyType(dict(plans))
        self.release = release

    def get(self, code: str) -> BillingCode:
        """Return the code, or raise `NotFound` with the nearest."""
        found = self._codes.get(code)
        if found is None:
            raise NotFound.among("billing code", code, known=self._codes)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[BillingCode]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def plan_modifier(self, code: str, *, profession: str) -> str:
        """Return the modifier of the plan of care a therapist's line carries; "" where it carries none.

        Examples
        --------
        >>> code_book().plan_modifier("97110", profession="physical_therapist")
        'GP'
        """
        modifier = self._plans.get(profession_id(profession), "")
        return modifier if modifier in self.get(code).plan_modifiers else ""


@cache
def code_book() -> CodeBook:
    """The code book that ships with Allay.

    Examples
    --------
    >>> code_book().get("97811").add_on_to
    ('97810', '97813')
    """
    sheet = code_sheet()
    table = read_csv(FOLDER / "codes.csv", columns=COLUMNS, others="refuse")
    plans = {profession_id(p): row.modifier for row in sheet.plan_modifiers for p in row.professions}
    return CodeBook(read_codes(table, references(sheet.sources)), plans, sheet.release)
