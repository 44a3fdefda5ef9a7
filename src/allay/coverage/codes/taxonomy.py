"""From a provider taxonomy code to the profession it stands for."""

from __future__ import annotations

from allay.base.codes import Nucc
from allay.base.errors import NotFound
from allay.base.vocabulary import Profession, professions


def profession_of(nucc: str | Nucc) -> Profession:
    """Return the profession of a taxonomy code.

    Raises
    ------
    InvalidValue
        When the text is no taxonomy code.
    NotFound
        When no profession of the vocabulary has that code; the message names codes like it.

    Examples
    --------
    >>> profession_of("171100000X").id
    'acupuncturist'
    """
    wanted = nucc if isinstance(nucc, Nucc) else Nucc(nucc)
    known = {str(each.nucc): each for each in professions() if each.nucc is not None}
    found = known.get(str(wanted))
    if found is None:
        raise NotFound.among("profession with the taxonomy code", str(wanted), known=known)
    return found
