"""What a director fills in about people."""

from __future__ import annotations

from django import forms

from allay_web.access.roles import Role


class AddMember(forms.Form):
    """Somebody new in the program."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="Work e-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(choices=Role.choices, initial=Role.COORDINATOR)


class ChangeRole(forms.Form):
    """Another role for somebody."""

    role = forms.ChoiceField(choices=Role.choices)
