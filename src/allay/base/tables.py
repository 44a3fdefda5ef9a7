"""Strict reading of YAML, JSON and CSV, and writing of whole files: the one place to import them from."""

from __future__ import annotations

from allay.base.csvfile import CsvTable, read_csv
from allay.base.documents import Document, Strict, read_json, read_yaml, read_yaml_document
from allay.base.outputs import write_whole
from allay.base.sources import Readable

__all__ = [
    "CsvTable",
    "Document",
    "Readable",
    "Strict",
    "read_csv",
    "read_json",
    "read_yaml",
    "read_yaml_document",
    "write_whole",
]
