"""What Python's own writer of CSV writes is read back to the letter, with the right lines."""

from __future__ import annotations

import csv
import io

from hypothesis import assume, given
from hypothesis import strategies as st

from allay.base.tables import read_csv

characters = st.characters(codec="utf-8", exclude_characters="\0\r")
cell = st.one_of(st.text(characters, max_size=6), st.text('",\n a1', max_size=6))
name = st.text(characters, min_size=1, max_size=5).filter(str.strip)


@st.composite
def files(draw):
    header = draw(st.lists(name, min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.lists(cell, min_size=len(header), max_size=len(header)), max_size=8))
    return header, rows, draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from([0, 1]))


@given(files())
def test_written_and_read_back(file):
    header, rows, end, quoting = file
    # One column with the same separator in name and value is taken for a file with wrong separators.
    assume(len(header) > 1 or not set(header[0]) & set(";\t|"))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerow(header)
    starts = []
    for row in rows:
        starts.append(text.getvalue().count("\n") + 1)
        writer.writerow(row)
    data = text.getvalue().encode()
    table = read_csv(io.BytesIO(data))
    assert list(table.columns) == header
    assert table.frame.rows() == [tuple(value or None for value in row) for row in rows]
    assert table.lines.tolist() == starts
