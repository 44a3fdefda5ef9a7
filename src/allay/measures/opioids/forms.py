"""Dose forms, as far as a conversion factor hangs on them: read from the words of a form or a drug name."""

from __future__ import annotations

import re

FORMS = frozenset(
    {
        "patch",
        "buccal_film",
        "sublingual_film",
        "buccal_tablet",
        "sublingual_tablet",
        "lozenge",
        "oral_spray",
        "nasal_spray",
        "injection",
        "implant",
        "usual",
    }
)
"""`usual` is everything swallowed or rectal: tablets, capsules, solutions, suppositories."""

NOT_COUNTED = frozenset({"injection", "implant"})
"""Forms for which no set has a factor: all factors are for oral, transdermal and transmucosal opioids."""

_INJECTION = re.compile(
    r"\b(?:inject\w*|cartridge|(?:prefilled )?syringe|auto-?injector|vial|ampul\w*|intravenous|epidural)\b"
)
_USUAL = re.compile(
    r"\b(?:tab\w*|cap\w*|caplet|oral|solution|suspension|liquid|syrup|elixir|suppositor\w*|rectal|pill|extended"
    r"|concentrate|drops|diskette|er|sr|xr|powder|pack)\b"
)


def read_forms(text: str) -> frozenset[str]:
    """Return the dose forms a text can mean; nothing when it names none.

    Parameters
    ----------
    text : str
        A dose form, or a drug name that holds one.

    Examples
    --------
    >>> sorted(read_forms("72 HR fentanyl 0.075 MG/HR Transdermal System")), sorted(read_forms("Spray"))
    (['patch'], ['nasal_spray', 'oral_spray'])
    >>> sorted(read_forms("Oral Tablet")), read_forms("oxycodone")
    (['usual'], frozenset())
    """
    words = text.casefold()
    if "patch" in words or "transderm" in words:
        return frozenset({"patch"})
    if _INJECTION.search(words):
        return frozenset({"injection"})
    if "implant" in words:
        return frozenset({"implant"})
    if "film" in words:
        return _by_site(words, buccal="buccal_film", sublingual="sublingual_film")
    if "lozenge" in words or "troche" in words:
        return frozenset({"lozenge"})
    if "spray" in words or "actuat" in words:
        if "nasal" in words:
            return frozenset({"nasal_spray"})
        oral = any(word in words for word in ("oral", "mucosal", "lingual", "buccal"))
        return frozenset({"oral_spray"}) if oral else frozenset({"oral_spray", "nasal_spray"})
    if "buccal" in words or "lingual" in words:
        return _by_site(words, buccal="buccal_tablet", sublingual="sublingual_tablet")
    if re.fullmatch(r"\s*tab(?:let)?s?\s*", words):
        # A bare "tablet" of fentanyl or buprenorphine is one for the mouth.
        return frozenset({"usual", "buccal_tablet", "sublingual_tablet"})
    return frozenset({"usual"}) if _USUAL.search(words) else frozenset()


def _by_site(words: str, *, buccal: str, sublingual: str) -> frozenset[str]:
    if "buccal" in words:
        return frozenset({buccal})
    return frozenset({sublingual}) if "lingual" in words else frozenset({buccal, sublingual})
