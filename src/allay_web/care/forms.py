"""Forms of the one page: goals in the patient's words, and how they go."""

from __future__ import annotations

from typing import Any

from django import forms

from allay_web.care.actions import LONGEST_GOAL, MOST_GOALS
from allay_web.care.queries import PROGRESS


class GoalsForm(forms.Form):
    """Up to three goals; an empty line takes one away."""

    def __init__(self, *args: Any, words: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, MOST_GOALS + 1):
            self.fields[f"goal_{place}"] = forms.CharField(
                label=f"Goal {place}",
                max_length=LONGEST_GOAL,
                required=False,
                initial=words[place - 1] if place <= len(words) else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def words(self) -> list[str]:
        """What was written, line by line."""
        return [self.cleaned_data[f"goal_{place}"] for place in range(1, MOST_GOALS + 1)]


class RatingForm(forms.Form):
    """How one goal is going."""

    progress = forms.ChoiceField(label="How it is going", choices=PROGRESS, required=False)
