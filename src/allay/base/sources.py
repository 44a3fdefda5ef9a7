"""Opening what is to be read: a path, a file inside the package, or an open binary stream."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import BinaryIO

from allay.base.errors import InvalidInput, Problem

Readable = str | Path | Traversable | BinaryIO
WHOLE_FILE = "(file)"
PACKAGE = Path(__file__).parents[1]

# First bytes of files that are often handed in under a wrong name.
_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook (.xlsx)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls, .doc)"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a rich text document"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
_BOM = b"\xef\xbb\xbf"


def read_bytes(source: Readable, *, name: str | None = None) -> tuple[bytes, str]:
    """Read all bytes of a source, and the name to use for it in messages.

    Raises
    ------
    InvalidInput
        When there is no such file, it is a folder, or it may not be read.

    Examples
    --------
    >>> import io
    >>> read_bytes(io.BytesIO(b"id"), name="standard input")
    (b'id', 'standard input')
    """
    if isinstance(source, str):
        source = Path(source)
    if not isinstance(source, Path | Traversable):
        return source.read(), name or str(getattr(source, "name", "(stream)"))
    label = name or str(source)
    try:
        return source.read_bytes(), label
    except OSError as error:
        found = "a folder" if isinstance(error, IsADirectoryError) else (error.strerror or str(error)).lower()
        raise InvalidInput(Problem(label, "-", WHOLE_FILE, "a file that can be read", found)) from None


def ships(source: Readable) -> bool:
    """Whether a source is a data file of Allay itself.

    Examples
    --------
    >>> ships(PACKAGE / "base" / "data" / "vocabulary" / "services.yaml"), ships("case.yaml")
    (True, False)
    """
    return isinstance(source, str | Path) and Path(source).is_relative_to(PACKAGE)


def text_bytes(data: bytes, *, name: str) -> bytes:
    """Return the bytes without a byte-order mark, having made sure that they are UTF-8 text.

    Raises
    ------
    InvalidInput
        When the bytes are those of another kind of file, hold a NUL, or are not UTF-8; the message names
        the line.

    Examples
    --------
    >>> text_bytes(b"\\xef\\xbb\\xbfid,score", name="a.csv")
    b'id,score'
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise InvalidInput(Problem(name, "1", WHOLE_FILE, "plain text in UTF-8", kind))
    data = data.removeprefix(_BOM)
    if (nul := data.find(b"\0")) >= 0:
        raise InvalidInput(
            Problem(
                name, line_of(data, nul), WHOLE_FILE, "plain text in UTF-8", "a NUL byte, which no text has"
            )
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(_wrong_bytes(data, name)) from None
    return data


def line_of(data: bytes, position: int) -> str:
    """Return the number of the line that holds the byte at `position`."""
    return str(data.count(b"\n", 0, position) + 1)


def _wrong_bytes(data: bytes, name: str) -> list[Problem]:
    problems = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"the byte 0x{line[error.start]:02X} (save the file again as UTF-8)"
            problems.append(Problem(name, str(number), WHOLE_FILE, "text in UTF-8", found))
    return problems


def yaml_files(folder: Path | Traversable, *, but: str = "") -> Iterator[Path | Traversable]:
    """Yield the YAML files of a folder and its subfolders, in the order of their names.

    Parameters
    ----------
    but : str
        Name of subfolders to leave out.

    Examples
    --------
    >>> [file.name for file in yaml_files(PACKAGE / "base" / "data" / "vocabulary")]
    ['professions.yaml', 'services.yaml']
    """
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != but:
                yield from yaml_files(entry, but=but)
        elif entry.name.endswith((".yaml", ".yml")):
            yield entry
