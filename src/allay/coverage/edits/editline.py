"""A line of one patient's day as the edits see it, and who counts as the same provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from allay.base.errors import InvalidValue
from allay.coverage.codes.procedure import modifier, procedure


class SameProvider(StrEnum):
    """Who counts as one provider for edits; payers differ."""

    NPI = "npi"  # the person who gave the service
    GROUP = "group"  # the group that bills
    TIN = "tin"  # whoever shares a tax number


@dataclass(frozen=True, slots=True)
class EditLine:
    """A code billed for one patient on one day.

    Parameters
    ----------
    code : str
        CPT or HCPCS code.
    units : int
        1 or more.
    modifiers : tuple of str
        In the order of the claim.
    npi, group, tin : str
        Who gave and who bills it; empty where it is not said.

    Examples
    --------
    >>> EditLine("97110", units=0)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected 1 unit or more of 97110, found 0
    """

    code: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    npi: str = ""
    group: str = ""
    tin: str = ""

    def __post_init__(self) -> None:
        procedure(self.code)
        if type(self.units) is not int or self.units < 1:
            raise InvalidValue(expected=f"1 unit or more of {self.code}", found=repr(self.units))
        if isinstance(self.modifiers, str):
            raise InvalidValue(expected="a tuple of modifiers", found=repr(self.modifiers))
        for each in self.modifiers:
            modifier(each)

    def provider(self, scope: SameProvider) -> str:
        """Return the key of the provider; "" where it is not said."""
        return str(getattr(self, scope.value))


def shares_provider(lines: Sequence[EditLine], scope: SameProvider) -> list[list[bool | None]]:
    """Say of each two lines whether one provider stands behind both.

    Where no line says who, all are taken to be of one. Where only some do, the others are None: not known.

    Examples
    --------
    >>> lines = [EditLine("97110", npi="1"), EditLine("97140", npi="1"), EditLine("97124")]
    >>> shares_provider(lines, SameProvider.NPI)[0]
    [True, True, None]
    """
    keys = [line.provider(scope) for line in lines]
    if not any(keys):
        return [[True] * len(keys) for _ in keys]
    return [[_same(keys, one, other) for other in range(len(keys))] for one in range(len(keys))]


def _same(keys: list[str], one: int, other: int) -> bool | None:
    if one == other:
        return True
    return keys[one] == keys[other] if keys[one] and keys[other] else None
