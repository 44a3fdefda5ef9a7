"""An example as it ships: a folder of files, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import Field

from allay.base.documents import Strict, read_yaml
from allay.base.errors import NotFound
from allay.consensus.protocol.words import Id, Label, Text


class ExampleRow(Strict):
    """What an example is, and the commands that use it (`DIR` stands for its folder)."""

    id: Id
    title: Label
    summary: Text
    synthetic: bool
    then: Annotated[tuple[Label, ...], Field(min_length=1)]


class ExampleIndex(Strict):
    """The data file of examples, in the order in which they are listed."""

    examples: Annotated[tuple[ExampleRow, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ConsensusExample:
    """An example with its files.

    Attributes
    ----------
    row : ExampleRow
    files : mapping of str to bytes
        By name, in alphabetical order.
    """

    row: ExampleRow
    files: Mapping[str, bytes] = field(repr=False)

    def commands(self, folder: str) -> tuple[str, ...]:
        """What to do next, for a folder it was written to."""
        return tuple(command.replace("DIR", folder.rstrip("/")) for command in self.row.then)


def _data() -> Traversable:
    return resources.files("allay.consensus.examples") / "data"


@cache
def example_rows() -> tuple[ExampleRow, ...]:
    """Return what there is.

    Examples
    --------
    >>> [row.id for row in example_rows()]
    ['definition-2017', 'two-rounds', 'interviews']
    """
    return read_yaml(_data() / "index.yaml", ExampleIndex, name="index.yaml").examples


def read_example(name: str) -> ConsensusExample:
    """Return an example with its files.

    Raises
    ------
    NotFound
        With the nearest that there is.

    Examples
    --------
    >>> list(read_example("interviews").files)
    ['themes.yaml']
    """
    for row in example_rows():
        if row.id == name:
            files = sorted((_data() / name).iterdir(), key=lambda file: file.name)
            return ConsensusExample(row, {file.name: file.read_bytes() for file in files if file.is_file()})
    raise NotFound.among("example", name, known=[row.id for row in example_rows()])
