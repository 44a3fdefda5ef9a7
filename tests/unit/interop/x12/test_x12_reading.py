"""X12 text: separators, line breaks, envelopes, and what is refused with its segment."""

from __future__ import annotations

import io

import pytest
from tests.unit.interop.x12.texts import CLAIM, interchange, isa, read

from allay.base.errors import InvalidInput
from allay.interop.x12.envelope import read_x12
from allay.interop.x12.segments import read_segments

TEXT = interchange("837", *CLAIM)


def refused(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidInput) as caught:
        read_x12(io.BytesIO(data), name="a.edi")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.replace("~", "~\n"),
        TEXT.replace("~", "~\r\n"),
        "\ufeff\n  " + TEXT.replace("~", "~\n    "),
        "\n".join(TEXT[i : i + 80] for i in range(0, len(TEXT), 80)),
        TEXT.replace("~", "\n"),
        TEXT.replace("~", "\r\n"),
    ],
)
def test_line_breaks_mean_nothing(written):
    segments = [each.elements for each in read_segments(io.BytesIO(written.encode()), name="a")]
    assert segments == [tuple(each.split("*")) for each in TEXT.split("~")[:-1]]


def test_separators_come_from_each_interchange():
    other = interchange("837", *CLAIM, control="000000008").translate(str.maketrans("*:~^", "|>'!"))
    file = read(TEXT + "\n\n" + other)
    assert len(file.interchanges) == len(file.groups) == len(file.transactions) == 2
    last = file.interchanges[1].delimiters
    assert (last.element, last.component, last.terminator, last.repetition) == ("|", ">", "'", "!")
    assert file.transactions[1].body[-2].parts(1) == ["HC", "97140", "GP", "59"]
    assert file.findings == ()


def test_positions_go_on_over_interchanges():
    file = read(TEXT + interchange("837", *CLAIM, control="000000008"))
    assert [each.position for each in file.interchanges] == [1, 33]
    assert file.segments == 64


def test_an_old_version_has_no_repetition_separator():
    segment = next(read_segments(io.BytesIO(isa(marks="*:~U", version="00401").encode()), name="a"))
    assert segment.delimiters.repetition == ""
    assert segment.repeats(6) == ["CLINIC".ljust(15)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.edi:1: ISA: expected an X12 interchange, which starts with ISA, found nothing"),
        (
            "ST*835*1~",
            "a.edi:1: ISA: expected an X12 interchange, which starts with ISA, found something else",
        ),
        (b"\x89PNG\r\n", "a.edi:1: (file): expected text in UTF-8"),
        (TEXT.replace("PAYER     ", "PAYER", 1), "a.edi:1: ISA08: expected 15 characters, found 10"),
        (isa().replace("*", "A"), "a.edi:1: ISA: expected 3 characters, found 2"),
        (isa()[:60], "a.edi:1: ISA08: expected 15 characters, found 6"),
        (TEXT + "GS*HC~", "a.edi:33: ISA: expected the end of the file, or another ISA after IEA"),
        (TEXT.replace("LX*1~", "~"), "a.edi:23: (file): expected a segment, which starts with its id"),
        (TEXT.replace("LX*1", "lx*1"), "a.edi:23: (file): expected a segment, which starts with its id"),
        (TEXT[:-1], "a.edi:32: IEA: expected the end of the segment, found the end of the file"),
        (TEXT.replace("GE*1*7~", ""), "a.edi:31: IEA: expected ST or GE, found the segment IEA"),
        (TEXT.replace("GE*1*7~", "LX*9~"), "a.edi:31: LX: expected ST or GE, found the segment LX"),
        (TEXT.replace("ST*837*0001*005010X222A1~", ""), "a.edi:3: BHT: expected ST or GE"),
        (TEXT.replace("LX*2~", "GS*HC~"), "a.edi:27: GS: expected SE before the transaction ends"),
        (isa() + "ST*837*1~", "a.edi:2: ST: expected GS or IEA, found the segment ST"),
    ],
)
def test_refused(text, said):
    problems = refused(text)
    assert problems[0].startswith(said)


def test_what_is_cut_off_names_every_open_envelope():
    cut = TEXT[: TEXT.index("SE*")]
    assert refused(cut) == [
        "a.edi:29: SE: expected SE to close the ST of segment 3, found the end of the file",
        "a.edi:29: GE: expected GE to close the GS of segment 2, found the end of the file",
        "a.edi:29: IEA: expected IEA to close the ISA of segment 1, found the end of the file",
    ]


@pytest.mark.parametrize(
    ("change", "kind", "element", "found"),
    [
        (("SE*28*", "SE*30*"), "se_count", "SE01", "30"),
        (("SE*28*", "SE*many*"), "se_count", "SE01", "many"),
        (("SE*28*0001", "SE*28*0002"), "se_control", "SE02", "0002"),
        (("GE*1*7", "GE*2*7"), "ge_count", "GE01", "2"),
        (("GE*1*7", "GE*1*8"), "ge_control", "GE02", "8"),
        (("IEA*1*000000007", "IEA*1*000000008"), "iea_control", "IEA02", "000000008"),
        (("IEA*1*000000007", "IEA*3*000000007"), "iea_count", "IEA01", "3"),
    ],
)
def test_counts_and_control_numbers(change, kind, element, found):
    file = read(TEXT.replace(*change))
    assert [(each.kind, each.element, each.found) for each in file.findings] == [(kind, element, found)]


def test_a_control_number_is_used_once_in_a_group():
    inside = TEXT[TEXT.index("ST*") : TEXT.index("GE*")]
    file = read(TEXT.replace(inside, inside * 2).replace("GE*1*", "GE*2*"))
    assert [each.kind for each in file.findings] == ["st_control"]


def test_what_stands_in_a_trailer_is_not_repeated_when_it_is_no_number():
    file = read(TEXT.replace("SE*28*0001", "SE*28*SOMEBODY SAM 1970"))
    assert file.findings[0].found == "something else"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InvalidInput, match="no such file"):
        read_x12(tmp_path / "none.837")
    with pytest.raises(InvalidInput, match="a folder"):
        read_x12(tmp_path)
    (tmp_path / "a.837").write_text(TEXT)
    assert read_x12(str(tmp_path / "a.837")).name == str(tmp_path / "a.837")


def test_a_file_without_terminators_is_refused_before_it_is_read_whole():
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size=-1):
            self.read_so_far += size
            return (isa() if self.read_so_far == size else "").encode().ljust(size, b"A")

    stream = Endless()
    with pytest.raises(InvalidInput, match="none in 1,048,576 characters"):
        read_x12(stream, name="a.edi")
    assert stream.read_so_far < 2_000_000


@pytest.mark.parametrize("text", [TEXT, TEXT.replace("~", "~\n")])
def test_a_file_cut_anywhere_is_refused(text):
    for at in range(len(text.rstrip())):
        assert refused(text[:at])
