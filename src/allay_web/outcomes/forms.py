"""Forms staff fill in: a whole questionnaire, and one more questionnaire."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from allay.measures.catalog import all_instruments, name_of
from allay_web.outcomes.asking import may_show, question, short_title
from allay_web.outcomes.models import Assignment
from allay_web.outcomes.schedule import standard
from allay_web.people.queries import Language

if TYPE_CHECKING:
    from allay.measures.instrument import Instrument
    from allay_web.outcomes.asking import Answers

PREFIX = "item-"


class AddForm(forms.Form):
    """One more questionnaire at one time point."""

    instrument = forms.ChoiceField(label="Questionnaire")
    timepoint = forms.ChoiceField(label="Time point")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [i for i in all_instruments() if i.items and i.respondent == "patient"]
        self.fields["instrument"].choices = [(name_of(i), short_title(i)) for i in asked]  # type: ignore[attr-defined]
        self.fields["timepoint"].choices = [(p.id, p.title) for p in standard().timepoints]  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """All items of one questionnaire on one page, with how, when and in what language they were answered."""

    mode = forms.ChoiceField(label="How it was answered")
    language = forms.ChoiceField(label="Language")
    answered_on = forms.DateField(
        label="Date it was answered", widget=forms.DateInput(attrs={"type": "date"})
    )
    missing_ok = forms.BooleanField(label="Save it with these answers missing", required=False)

    def __init__(
        self, *args: Any, instrument: Instrument, items: tuple[str, ...], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instrument, self.items, self.today = instrument, items, today
        modes = [choice for choice in Assignment.Mode.choices if choice[0] != Assignment.Mode.SELF]
        self.fields["mode"].choices = [("", "Choose"), *modes]  # type: ignore[attr-defined]
        spoken = [choice for choice in Language.choices if choice[0]]
        self.fields["language"].choices = [("", "Choose"), *spoken]  # type: ignore[attr-defined]
        self.fields["answered_on"].widget.attrs["max"] = today.isoformat()
        for item in items:
            self.fields[PREFIX + item] = self._item_field(item)

    def _item_field(self, item: str) -> forms.TypedChoiceField:
        asked = self.instrument.item(item)
        if may_show(self.instrument, language="en"):
            shown = question(self.instrument, item, language="en")
            label, choices = shown.text, [(c.value, _with_value(c.value, c.label)) for c in shown.choices]
        else:
            label = f"{item}: {asked.label}"
            choices = [(a.value, _with_value(a.value, a.label)) for a in asked.answers]
        return forms.TypedChoiceField(
            label=label,
            choices=choices,
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            error_messages={
                "invalid_choice": f"Expected {asked.minimum} to {asked.maximum}, found %(value)s."
            },
        )

    @property
    def item_fields(self) -> list[forms.BoundField]:
        """The items, in the order of the form."""
        return [self[PREFIX + item] for item in self.items]

    @property
    def head_fields(self) -> list[forms.BoundField]:
        """What is asked about the whole form."""
        return [self["mode"], self["language"], self["answered_on"]]

    def clean_answered_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["answered_on"]
        if day > self.today:
            raise ValidationError(f"This day has not come yet. Expected {self.today.isoformat()} or earlier.")
        return day

    @property
    def answers(self) -> Answers:
        """What was answered, among what could be read."""
        found = {item: self.cleaned_data.get(PREFIX + item) for item in self.items}
        return {item: value for item, value in found.items() if value is not None}

    @property
    def missing(self) -> list[str]:
        """The items that count for a score and have no answer."""
        return [
            item for item in self.items if item in self.instrument.scored_items and item not in self.answers
        ]


def _with_value(value: int, label: str) -> str:
    return label if label == str(value) else f"{value} · {label}"
