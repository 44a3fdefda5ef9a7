"""Whatever the bytes are, reading gives a result or names problems: no other error ever comes out."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from allay.base.errors import InvalidInput
from allay.base.tables import Strict, read_csv, read_json, read_yaml


class Anything(Strict):
    a: int | str | tuple[str, ...]
    b: dict[str, float] = {}


yaml_like = st.text(st.sampled_from(list("ab:-[]{}&*!|>'\"#%@`,? \n\t0.~\\é\ufeff\x85\u2028")), max_size=30)
json_like = st.text(st.sampled_from(list('ab:[]{},"\\ \n0.-eEntrufals')), max_size=30)
csv_like = st.text(st.sampled_from(list('a,"\n\r;\té')), max_size=30)


def outcome(read):
    """Return (result, no problems) or (None, problems)."""
    try:
        return read(), ()
    except InvalidInput as invalid:
        return None, invalid.problems


@pytest.mark.parametrize(("read", "texts"), [(read_yaml, yaml_like), (read_json, json_like)])
def test_documents(read, texts):
    @given(st.one_of(texts.map(str.encode), st.binary(max_size=30), texts.map(lambda t: f"a: {t}".encode())))
    @example(b"a: \x80")
    @example(b"a: !<tag:yaml.org,2002:python/object/apply:os.system> x")
    @example(b"%YAML 1.1\n---\na: no")
    @example(b'{"a": 1e999}')
    @example(b'{"a": "\\ud800"}')
    @example(b"a: " + b"9" * 5000)
    @example(b'{"a": ' + b"9" * 5000 + b"}")
    def hostile(data):
        found, problems = outcome(lambda: read(io.BytesIO(data), Anything, name="x"))
        assert isinstance(found, Anything) or problems
        assert all(problem.file == "x" for problem in problems)
        assert all("\n" not in str(problem) for problem in problems)

    hostile()


@given(st.one_of(csv_like.map(str.encode), st.binary(max_size=30)))
@example(b'"')
@example(b'""')
@example(b",")
@example(b'a\n""\n')
@example(b"\xef\xbb\xbf\xef\xbb\xbfa")
def test_csv(data):
    table, problems = outcome(lambda: read_csv(io.BytesIO(data), name="x"))
    assert all(problem.at.isdigit() for problem in problems)
    if table is not None:
        assert len(table.lines) == table.frame.height
        assert all(column.strip() for column in table.columns)
