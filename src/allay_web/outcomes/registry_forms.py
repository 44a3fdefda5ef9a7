"""The form that takes a registry's file and says how to read it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from allay.base.errors import AllayError, InvalidInput
from allay.interop.registry import load_map, shipped_maps
from allay.interop.registry_map import RegistryMap

LARGEST_FILE = 25 * 1024 * 1024
LARGEST_MAP = 200 * 1024
OWN = "own"


class RegistryForm(forms.Form):
    """A file, and one of the shipped maps or a map of one's own."""

    file = forms.FileField(label="File", help_text="CSV with one row per patient, at most 25 MB.")
    map = forms.ChoiceField(
        label="What its columns are",
        help_text="A map says which column is what, in which unit, and where a score's bands come from.",
    )
    own_map = forms.FileField(
        label="A map of your own", required=False, help_text="YAML, in the form of the shipped maps."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shipped = [(name, f"{name}: {load_map(name).title}") for name in shipped_maps()]
        choice = self.fields["map"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [*shipped, (OWN, "A map of my own, chosen below")]
        self.registry: RegistryMap | None = None

    def clean_file(self) -> UploadedFile:
        """Refuse a file the browser should not carry."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > LARGEST_FILE:
            raise ValidationError(
                f"Expected at most 25 MB, found {file.size / 1024 / 1024:.0f} MB. Ask whoever runs Allay for "
                "you to take it in with the command "
                "python -m allay_web import_registry FILE --map MAP --program SLUG"
            )
        return file

    def clean_own_map(self) -> UploadedFile | None:
        """Refuse a map that is far too long to be one."""
        own: UploadedFile | None = self.cleaned_data["own_map"]
        if own and own.size and own.size > LARGEST_MAP:
            raise ValidationError("Expected a map, a YAML file of a few pages; this file is too large.")
        return own

    def clean(self) -> dict[str, Any]:
        """Read the map."""
        found = super().clean() or {}
        name, own = found.get("map", ""), found.get("own_map")
        if name != OWN and own:
            raise ValidationError("Choose a shipped map or a file of your own, not both.")
        if not name:
            return found
        if name == OWN and not own:
            self.add_error("own_map", "Choose the file of your map, or a shipped map above.")
            return found
        try:
            self.registry = load_map(own.file, name=own.name) if own else load_map(name)
        except InvalidInput as wrong:
            self.add_error("own_map", [str(problem) for problem in wrong.problems])
        except AllayError as wrong:
            self.add_error("own_map", str(wrong))
        return found
