"""YAML and JSON are read strictly; every error names file, line and field."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from allay.base.codes import Loinc
from allay.base.errors import InvalidInput, InvalidValue
from allay.base.tables import Strict, read_json, read_yaml, read_yaml_document


class Mode(StrEnum):
    GROUP = "group"
    SINGLE = "single"


class Item(Strict):
    id: str
    loinc: str | None = None
    minutes: int | None = None

    @field_validator("loinc")
    @classmethod
    def _loinc(cls, text: str | None) -> str | None:
        return text and str(Loinc(text))


class Plan(Strict):
    name: str
    start: dt.date | None = None
    price: Decimal = Decimal(0)
    ratio: float = 0.0
    active: bool = False
    mode: Mode = Mode.GROUP
    items: tuple[Item, ...] = ()
    notes: dict[str, int | str] = {}
    size: int = Field(default=1, ge=1)
    value: bool | int | float | str | tuple[str, ...] = 0


class Visit(Strict):
    type: Literal["visit"]
    minutes: Annotated[Decimal, Field(max_digits=4, decimal_places=1)]


class Group(Strict):
    type: Literal["group"]
    seats: int


class Agenda(Strict):
    parts: tuple[Annotated[Visit | Group, Field(discriminator="type")], ...]


def lines(text: str | bytes, model=Plan, read=read_yaml, name="p.yaml") -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(InvalidInput) as caught:
        read(io.BytesIO(data), model, name=name)
    return [str(problem) for problem in caught.value.problems]


def plan(text: str) -> Plan:
    return read_yaml(io.BytesIO(text.encode()), Plan)


def test_reads_every_kind_of_value():
    read = plan(
        "name: PATH  # a comment\nstart: 2026-01-31\nprice: 1250.50\nratio: 1\nactive: true\nmode: single\n"
        "items:\n  - {id: a, loinc: 44261-6}\n  - id: 'b'\nnotes: {x: 1, y: no}\nsize: 12\nvalue: [a, b]\n"
    )
    assert read.start == dt.date(2026, 1, 31)
    assert read.price == Decimal("1250.50")
    assert read.mode is Mode.SINGLE
    assert read.items == (Item(id="a", loinc="44261-6"), Item(id="b"))
    assert read.notes == {"x": 1, "y": "no"}
    assert read.value == ("a", "b")


@pytest.mark.parametrize(
    "word",
    ["no", "yes", "on", "off", "No", "True", "NULL", "1e3", "012", "0x1F", "1_000", "12:30:45"]
    + ["2026-01-01", ".5", "5.", "+1", ".inf", ".nan", "1-8"],
)
def test_nothing_unquoted_is_guessed(word):
    assert plan(f"name: {word}").name == word
    assert plan(f"name: x\nvalue: {word}").value == word


def test_quoted_words_and_numbers_are_text():
    assert plan("name: 'true'").name == "true"
    assert plan('name: "98940"').name == "98940"
    assert plan("name: |\n  two\n  lines\n").name == "two\nlines\n"


def test_decimals_are_exact():
    assert plan("name: x\nprice: 33.2875").price == Decimal("33.2875")
    assert plan("name: x\nprice: 0.1").price == Decimal("0.1")


def test_a_byte_order_mark_and_windows_line_ends_are_taken():
    read = read_yaml(io.BytesIO(b"\xef\xbb\xbfname: x\r\nsize: 3\r\n"), Plan)
    assert (read.name, read.size) == ("x", 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: 98940", "p.yaml:1: /name: expected text, found the number 98940 (put it in quotes)"),
        ("size: 2", "p.yaml:1: /name: expected a value for this key, found nothing"),
        ("name: x\nsize: 2.0", "p.yaml:2: /size: expected a whole number, found the number 2.0"),
        ("name: x\nsize: '2'", "p.yaml:2: /size: expected a whole number, found '2'"),
        ("name: x\nsize: 0", "p.yaml:2: /size: expected greater than or equal to 1, found the number 0"),
        ("name: x\nactive: yes", "p.yaml:2: /active: expected true or false, found 'yes'"),
        ("name: x\nactive: 1", "p.yaml:2: /active: expected true or false, found the number 1"),
        ("name: x\nratio: '1'", "p.yaml:2: /ratio: expected a number, found '1'"),
        ("name: x\nstart: 2026-1-31", "p.yaml:2: /start: expected a date as YYYY-MM-DD, found '2026-1-31'"),
        ("name: x\nmode: both", "p.yaml:2: /mode: expected one of 'group' or 'single', found 'both'"),
        ("name: x\nitems: {}", "p.yaml:2: /items: expected a list, found a mapping with 0 keys"),
        ("name: x\nitems:\n  - id: a\n  - 5", "p.yaml:4: /items/1: expected a mapping, found the number 5"),
        ("name: x\nnotes: [1]", "p.yaml:2: /notes: expected a mapping, found a list of 1"),
        ("name: x\nvalue:\n", "p.yaml:2: /value: expected"),
        ("name: x\nitems:\n- id: a\n  loinc: 44261-7",
         "p.yaml:4: /items/0/loinc: expected the check digit 6 at the end of this code, found '44261-7'"),
        ("- a", "p.yaml:1: (document): expected a mapping, found a list of 1"),
        ("", "p.yaml:1: (document): expected a mapping, found nothing (null)"),
    ],
)  # fmt: skip
def test_wrong_values_are_named_with_line_and_field(text, said):
    found = lines(text)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_dates_that_are_counts_of_seconds_are_refused():
    said = "p.yaml:2: /start: expected a date as YYYY-MM-DD, found '1579564800'"
    assert lines("name: x\nstart: '1579564800'") == [said]


def test_unknown_keys_are_refused_with_the_known_ones():
    assert lines("name: x\nitems:\n- id: a\n  minuets: 5\n  b/c: 1") == [
        "p.yaml:4: /items/0/minuets: expected one of the keys id, loinc, minutes (did you mean 'minutes'?), "
        "found the unknown key 'minuets'",
        "p.yaml:5: /items/0/b~1c: expected one of the keys id, loinc, minutes, found the unknown key 'b/c'",
    ]


def test_all_problems_are_told_in_order_of_lines():
    found = lines("size: x\nitems:\n- id: 1\nzzz: 1\nname: 3")
    assert [line.split(":")[1] for line in found] == ["1", "3", "4", "5"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name: x\nsize: 1\nname: y",
            "p.yaml:3: /name: expected each key once, found it again (first in line 1)",
        ),
        ("items:\n- {id: a, id: b}", "p.yaml:2: /items/0/id: expected each key once"),
        ("name: &a x\n", "p.yaml:1: /name: expected the value itself, found an anchor or alias"),
        ("name: !!str 5\n", "p.yaml:1: /name: expected a value without a tag"),
        ("name: x\n---\nname: y\n", "p.yaml:2: (file): expected one document"),
        ("name: [x\n", "p.yaml:2: (file): expected YAML, found"),
        ("name: x\n\tsize: 1", "p.yaml:2: (file): expected YAML, found"),
        ("name: 'x\n", "p.yaml:2: (file): expected YAML, found"),
        ("? [a]\n: b", "p.yaml:1: (file): expected a key that is one word"),
        ("name: x\nratio: 1234567890123.4567", "p.yaml:2: /ratio: expected a number of at most 15 digits"),
        ("name: x\nvalue: " + "[" * 60 + "]" * 60, "p.yaml:2: /value"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(text, said):
    assert lines(text)[0].startswith(said)


def test_aliases_cannot_blow_up():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert any("alias" in line for line in lines(bomb))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name: x\nvalue: caf\xe9", "p.yaml:2: (file): expected text in UTF-8, found the byte 0xE9"),
        (b"PK\x03\x04...", "p.yaml:1: (file): expected plain text in UTF-8, found a ZIP archive"),
        (b"name: x\n\0", "p.yaml:2: (file): expected plain text in UTF-8, found a NUL byte"),
    ],
)
def test_what_is_not_text_is_refused(data, said):
    assert lines(data)[0].startswith(said)


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(InvalidInput, match="no such file"):
        read_yaml(tmp_path / "missing.yaml", Plan)
    with pytest.raises(InvalidInput, match="found a folder"):
        read_yaml(tmp_path, Plan)


def test_json_errors_carry_the_pointer():
    def json_lines(text):
        return lines(text, read=read_json, name="p.json")

    assert json_lines('{"name": "x", "items": [{"id": 1}]}') == [
        "p.json:/items/0/id: id: expected text, found the number 1 (put it in quotes)"
    ]
    assert json_lines('{"size": 2}') == ["p.json:/name: name: expected a value for this key, found nothing"]
    assert json_lines("[]") == ["p.json:/: (document): expected a mapping, found a list of 0"]
    assert json_lines('{"name": "a", "name": "b"}') == [
        "p.json:-: name: expected each key once, found it twice"
    ]
    assert json_lines('{\n"name": x}')[0].startswith("p.json:2: (file): expected JSON, found")
    assert json_lines('{"name": "x", "ratio": NaN}')[0].endswith("found NaN")
    assert json_lines("[" * 100_000)[0].startswith("p.json:")


def test_json_is_read():
    read = read_json(io.BytesIO(b'{"name": "x", "price": 33.2875, "start": "2026-01-31"}'), Plan)
    assert (read.price, read.start) == (Decimal("33.2875"), dt.date(2026, 1, 31))


def test_a_document_knows_where_its_values_stood():
    document = read_yaml_document(io.BytesIO(b"name: x\nitems:\n- id: a\n- id: b\n"), Plan, name="p.yaml")
    place = document.problem("items", 1, "id", expected="another", found="b")
    assert str(place) == "p.yaml:4: /items/1/id: expected another, found b"
    missing = document.problem("items", 1, "minutes", expected="it", found="nothing")
    assert missing.at == "4"


def test_models_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        plan("name: x").name = "y"


def test_own_validators_may_raise_plain_value_errors():
    class Even(Strict):
        n: int

        @field_validator("n")
        @classmethod
        def _even(cls, n: int) -> int:
            if n % 2:
                raise ValueError("an even number")
            return n

    assert lines("n: 3", model=Even) == ["p.yaml:1: /n: expected an even number, found the number 3"]
    assert issubclass(InvalidValue, ValueError)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            "{type: group, seets: 8}",
            "expected one of the keys type, seats (did you mean 'seats'?), found the unknown key 'seets'",
        ),
        ("{type: grop, seats: 8}", "expected 'type' as one of 'visit', 'group', found 'grop'"),
        ("{seats: 8}", "expected the key 'type', which says what this is, found a mapping with 1 keys"),
        ("{type: visit, minutes: 5.25}", "expected a number with at most 1 decimals, found the number 5.25"),
        ("{type: visit, minutes: 12345}", "expected a number of at most 4 digits, found the number 12345"),
    ],
)
def test_a_part_of_several_kinds_is_held_to_the_kind_it_names(part, said):
    assert any(line.endswith(said) for line in lines(f"parts:\n- {part}\n", model=Agenda))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('name: "\\uD800"\n', "p.yaml:1: /name"),
        ('name: P\nitems:\n  - id: "x\\uDFFF"\n', "p.yaml:3: /items/0/id"),
        ('name: P\nnotes: {"\\uD800": "\\uD800"}\n', "p.yaml:2: /notes"),
    ],
)
def test_half_a_character_is_refused_where_it_stands(text, place):
    assert lines(text) == [f"{place}: expected whole characters, found half of a surrogate pair"]


def test_sizes_are_said_in_plain_words():
    class Sized(Strict):
        few: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
        word: Annotated[str, Field(min_length=2, max_length=3)] = "ab"

    assert lines("few: []\nword: a\n", Sized) == [
        "p.yaml:1: /few: expected 1 or more entries, found a list of 0",
        "p.yaml:2: /word: expected text of 2 or more signs, found 'a'",
    ]
    assert lines("few: [1, 2, 3]\nword: abcd\n", Sized) == [
        "p.yaml:1: /few: expected at most 2 entries, found a list of 3",
        "p.yaml:2: /word: expected text of at most 3 signs, found 'abcd'",
    ]
