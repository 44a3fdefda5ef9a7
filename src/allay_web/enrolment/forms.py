"""Forms of referrals and episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from allay_web.enrolment.columns import OF_PATIENT
from allay_web.enrolment.models import Blocker, Contact, DeclineReason, ReferralStatus
from allay_web.people.actions import Language, PayerType, Sex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allay_web.access.models import Membership


def _day(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


def _text(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def people(members: Sequence[Membership], *, nobody: str) -> list[tuple[str, str]]:
    """Members as choices, after one that names nobody."""
    return [("", nobody), *((str(member.user_id), str(member)) for member in members)]


class StepForm(forms.Form):
    """What comes next, who does it and by when, and what is in the way."""

    next_step = forms.CharField(max_length=200, required=False, label="Next step", widget=_text())
    due_on = forms.DateField(required=False, label="By", widget=_day())
    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Owner")
    blocked_by = forms.ChoiceField(choices=Blocker.choices, required=False, label="What blocks it")

    nobody = "Nobody yet"  # how the choice of no owner reads

    def __init__(self, *args: Any, owners: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people(owners, nobody=self.nobody)  # type: ignore[attr-defined]


class ReferralForm(StepForm):
    """One referral: who, by whom and why; what comes next may wait."""

    nobody = "Me, for now"

    given_name = forms.CharField(max_length=80, label="First name", widget=_text())
    family_name = forms.CharField(max_length=80, label="Last name", widget=_text())
    birth_date = forms.DateField(required=False, label="Birth date", widget=_day())
    phone = forms.CharField(max_length=40, required=False, label="Phone", widget=_text(inputmode="tel"))
    language = forms.ChoiceField(choices=Language.choices, required=False, label="Language")
    payer_type = forms.ChoiceField(choices=PayerType.choices, required=False, label="Payer")
    received_on = forms.DateField(label="Received on", widget=_day())
    referred_by = forms.CharField(max_length=120, required=False, label="Referred by", widget=_text())
    reason = forms.CharField(
        max_length=500, required=False, label="Reason", widget=forms.Textarea(attrs={"rows": 2})
    )
    sex = forms.ChoiceField(choices=Sex.choices, required=False, label="Sex")
    payer_name = forms.CharField(max_length=80, required=False, label="Plan", widget=_text())
    email = forms.EmailField(required=False, label="E-mail", widget=forms.EmailInput({"autocomplete": "off"}))
    best_time = forms.CharField(max_length=80, required=False, label="Best time to call", widget=_text())
    record_number = forms.CharField(max_length=40, required=False, label="Record number", widget=_text())
    entry_key = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def patient_fields(self) -> dict[str, Any]:
        """What the patient record is made of."""
        return {name: self.cleaned_data[name] for name in OF_PATIENT}

    @property
    def referral_fields(self) -> dict[str, Any]:
        """What the referral is made of."""
        names = ("received_on", "referred_by", "reason", "next_step", "due_on", "blocked_by", "entry_key")
        fields = {name: self.cleaned_data[name] for name in names}
        return {**fields, "owner_id": self.cleaned_data["owner"]}


class ContactForm(forms.Form):
    """One attempt to reach somebody."""

    channel = forms.ChoiceField(choices=Contact.Channel.choices, label="How")
    outcome = forms.ChoiceField(choices=Contact.Outcome.choices, label="What came of it")
    note = forms.CharField(max_length=500, required=False, label="Note", widget=_text())
    entry_key = forms.UUIDField(widget=forms.HiddenInput)


class AcceptForm(forms.Form):
    """Into the program, with a clinician if there is one."""

    clinician = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Clinician")
    note = forms.CharField(max_length=500, required=False, label="Note", widget=_text())

    def __init__(self, *args: Any, clinicians: Sequence[Membership], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "accept_%s")
        super().__init__(*args, **kwargs)
        self.fields["clinician"].choices = people(clinicians, nobody="To be chosen")  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    """Not into the program, and why."""

    reason = forms.ChoiceField(choices=[("", "Choose"), *DeclineReason.choices], label="Why")
    note = forms.CharField(max_length=500, required=False, label="Note", widget=_text())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "decline_%s")
        super().__init__(*args, **kwargs)


class WaitForm(forms.Form):
    """Onto the waiting list, to be looked at again."""

    until = forms.DateField(label="Look again on", widget=_day())
    blocked_by = forms.ChoiceField(choices=Blocker.choices, required=False, label="What it waits for")
    note = forms.CharField(max_length=200, required=False, label="Next step then", widget=_text())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "wait_%s")
        super().__init__(*args, **kwargs)


class EndForm(forms.Form):
    """How and when an episode ended."""

    how = forms.ChoiceField(
        choices=[("completed", "Finished the program"), ("left", "Left early")],
        widget=forms.RadioSelect,
        label="How it ended",
    )
    on = forms.DateField(label="On", widget=_day())
    reason = forms.CharField(max_length=200, required=False, label="Why the patient left", widget=_text())


class FilterForm(forms.Form):
    """What the list shows."""

    status = forms.ChoiceField(
        choices=[("", "Undecided"), *ReferralStatus.choices], required=False, label="Status"
    )
    owner = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="Owner")
    blocker = forms.ChoiceField(
        choices=[("", "Any"), ("nothing", "Nothing"), *Blocker.choices[1:]],
        required=False,
        label="Blocked by",
    )
    page = forms.IntegerField(min_value=1, max_value=99_999, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, owners: Sequence[Membership], **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = people(owners, nobody="Anybody")  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    """A sheet of referrals, pasted or as a file."""

    pasted = forms.CharField(
        required=False,
        label="Paste a table",
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "aria-describedby": "pasted-hint"}),
    )
    file = forms.FileField(
        required=False,
        allow_empty_file=True,  # the reader says what is wrong with it
        label="Or choose a CSV file",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("pasted", "").strip()) == bool(data.get("file")):
            raise forms.ValidationError("Paste a table or choose a file; one of the two.")
        return data
