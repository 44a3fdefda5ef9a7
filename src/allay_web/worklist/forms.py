"""Forms of the duty page; what may be chosen on a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from allay_web.access.models import Program
from allay_web.worklist.models import DutyShift

if TYPE_CHECKING:
    from allay_web.access.models import Membership

    ModelForm = forms.ModelForm[Program]
else:
    ModelForm = forms.ModelForm  # takes its model in stubs only

SNOOZE_DAYS = (("1", "Tomorrow morning"), ("3", "In three days"), ("7", "In a week"))

_TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def people(members: list[Membership], *, nobody: str) -> list[tuple[str, str]]:
    """Members as choices, after one that names nobody."""
    return [("", nobody), *((str(member.user_id), str(member)) for member in members)]


class ShiftForm(forms.Form):
    """Hours of one weekday, with an owner and a deputy."""

    prefix = "shift"

    weekday = forms.TypedChoiceField(choices=DutyShift.Weekday.choices, coerce=int, label="Day")
    starts = forms.TimeField(widget=_TIME, label="From")
    ends = forms.TimeField(widget=_TIME, label="To")
    owner = forms.TypedChoiceField(coerce=int, label="Owner")
    deputy = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Deputy")

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people(members, nobody="Choose")  # type: ignore[attr-defined]
        self.fields["deputy"].choices = people(members, nobody="No deputy")  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """Days on which somebody is away."""

    prefix = "absence"

    user = forms.TypedChoiceField(coerce=int, label="Who")
    first_day = forms.DateField(widget=_DATE, label="First day")
    last_day = forms.DateField(widget=_DATE, label="Last day")

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = people(members, nobody="Choose")  # type: ignore[attr-defined]


class SettingsForm(ModelForm):
    """What the program shows in a crisis, and how long things wait."""

    prefix = "settings"

    class Meta:
        model = Program
        fields = (
            "crisis_phone",
            "local_crisis_name",
            "local_crisis_phone",
            "phone",
            "escalate_after_minutes",
            "link_valid_days",
        )
        labels = {
            "crisis_phone": "Crisis line",
            "local_crisis_name": "Local help: name",
            "local_crisis_phone": "Local help: phone",
            "phone": "The program's own phone",
            "escalate_after_minutes": "Minutes until an alert goes to the deputy",
            "link_valid_days": "Days a patient's link is valid",
        }
        help_texts = {
            "crisis_phone": "Shown first to a patient whose answer calls for help. 988 is the US lifeline.",
            "escalate_after_minutes": "If nobody acknowledges it; the deputy has as long again.",
        }

    escalate_after_minutes = forms.IntegerField(
        min_value=5,
        max_value=240,
        label=Meta.labels["escalate_after_minutes"],
        help_text=Meta.help_texts["escalate_after_minutes"],
    )
    link_valid_days = forms.IntegerField(min_value=1, max_value=90, label=Meta.labels["link_valid_days"])
