"""What the trail may be narrowed to."""

from __future__ import annotations

from django import forms


class TrailFilter(forms.Form):
    """One patient's entries, or the page before a number."""

    patient = forms.IntegerField(
        label="Patient number",
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
