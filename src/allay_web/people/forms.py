"""Forms of patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from allay_web.people.actions import DETAILS
from allay_web.people.models import Patient

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Patient]
else:
    ModelForm = forms.ModelForm  # takes its model in stubs only


class SearchForm(forms.Form):
    """What is known of the patient looked for. It is posted, so that no address holds it."""

    text = forms.CharField(
        max_length=100,
        required=False,
        label="Name, phone, birth date or record number",
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )
    other = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class PatientForm(ModelForm):
    """A patient's details; a name is needed unless a registry knows the person by a number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("given_name", "family_name"):
            self.fields[name].required = not self.instance.pseudonym

    class Meta:
        model = Patient
        fields = DETAILS
        labels = {
            "given_name": "First name",
            "family_name": "Last name",
            "record_number": "Record number",
            "birth_date": "Birth date",
            "best_time": "Best time to call",
            "payer_type": "Payer",
            "payer_name": "Plan",
            "email": "E-mail",
        }
        widgets = {
            "birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **{
                name: forms.TextInput(attrs={"autocomplete": "off"})
                for name in ("given_name", "family_name", "record_number", "best_time", "payer_name")
            },
            "phone": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }
