"""Answers to the items of a bank from a CSV file, one respondent a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from allay.base.findings import Findings
from allay.base.tables import Readable, read_csv
from allay.measures.answers import IMPOSSIBLE, MISSING, Int8, small_integers
from allay.measures.irt.answers import expected_answer, impossible_answers
from allay.measures.irt.bank import ItemBank
from allay.measures.irt.bankfile import RESPONDENT, numeric_cells


@dataclass(frozen=True, slots=True, eq=False)
class BankAnswers:
    """Answers to a bank's items from a file.

    Attributes
    ----------
    respondents : tuple of str
    answers : int8 array of shape (respondents, items)
        In the order of the bank; missing as -1.
    flagged : int
        How many impossible answers were taken for missing.
    """

    respondents: tuple[str, ...]
    answers: Int8
    flagged: int


def read_bank_answers(
    source: Readable,
    bank: ItemBank,
    *,
    on_invalid: Literal["raise", "flag"] = "raise",
    name: str | None = None,
) -> BankAnswers:
    """Read answers: a column ``respondent`` and one for each item of the bank; others are left alone.

    An answer is a whole number from 1 to the item's categories (``2.0`` is taken); blank means missing.

    Parameters
    ----------
    source : path or binary stream
    bank : ItemBank
    on_invalid : {"raise", "flag"}
        Refuse a file with impossible answers, or take them for missing and count them.

    Raises
    ------
    InvalidInput
        Missing columns, respondents without a name or twice, impossible answers.

    Examples
    --------
    >>> import io
    >>> from allay.measures.irt.bankfile import read_bank
    >>> bank = read_bank(io.BytesIO(b"item,a,b1,b2\\nmood,2.0,-1,0.5\\nsleep,1.2,0,\\n"))
    >>> read_bank_answers(io.BytesIO(b"respondent,sleep,mood\\nA,2,3\\nB,,1\\n"), bank).answers.tolist()
    [[3, 2], [1, -1]]
    """
    table = read_csv(source, columns=(RESPONDENT, *bank.ids), name=name)
    findings = Findings(table)
    names = table.frame.get_column(RESPONDENT)
    blank = names.str.strip_chars().fill_null("") == ""
    findings.add(blank.to_numpy(), RESPONDENT, expected="who answered", found=lambda row: "nothing")
    again = (~names.is_first_distinct() & ~blank).to_numpy()
    findings.add(again, RESPONDENT, expected="every respondent once")
    answers = np.empty((table.frame.height, len(bank.items)), dtype=np.int8)
    for place, item in enumerate(bank.ids):
        numbers, filled = numeric_cells(table, item)
        answers[:, place] = small_integers(numbers)
        answers[filled & np.isnan(numbers), place] = IMPOSSIBLE
    wrong = impossible_answers(bank, answers)
    if on_invalid == "raise":
        for place, item in enumerate(bank.ids):
            findings.add(wrong[:, place], item, expected=expected_answer(bank, place))
    findings.refuse()
    answers[wrong] = MISSING
    return BankAnswers(tuple(names.to_list()), answers, int(wrong.sum()))
