"""What can be offered where the answer is no or not yet: our own short sentences, by id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from allay.base.documents import Strict, read_yaml

FILE = files("allay.coverage") / "data" / "alternatives.yaml"


class AlternativesFile(Strict):
    """The file of alternatives."""

    alternatives: dict[str, str]


@cache
def alternatives() -> Mapping[str, str]:
    """Return the sentence of each alternative.

    Examples
    --------
    >>> alternatives()["other_day"]
    'Book one of the services on another day.'
    """
    return read_yaml(FILE, AlternativesFile).alternatives
