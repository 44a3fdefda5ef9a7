"""How easy a text is to read, by formulas of averages.

English: Flesch-Kincaid grade level (Kincaid and others 1975). Spanish: Fernandez-Huerta (1959).
"""

from __future__ import annotations

import re


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)


def sentences(text: str) -> int:
    return max(1, len(re.findall(r"[.!?:]+(?:\s|$)", text)) or 1)


def english_syllables(word: str) -> int:
    """Vowel groups, without a silent e at the end or in -ed and -es."""
    word = word.lower().split("'")[0]
    groups = len(re.findall(r"[aeiouy]+", word))
    if (
        re.search(r"[^aeiouyl]e$", word)
        or re.search(r"[aeiou]le$", word)
        or re.search(r"[^aeiouytd]ed$", word)
        or re.search(r"[^aeiouyscxzhg]es$", word)
    ):
        groups -= 1
    return max(1, groups)


def spanish_syllables(word: str) -> int:
    """Vowel nuclei: two strong vowels, or a weak one with an accent, are two."""
    word = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "q", word.lower())
    word = re.sub(r"y$", "i", word).replace("y", "j") if len(word) > 1 else "i"
    count = 0
    for group in re.findall(r"[aeiouáéíóúü]+", word):
        count += 1
        for one, two in zip(group, group[1:], strict=False):
            strong = one in "aeoáéó" and two in "aeoáéó"
            if strong or one in "íú" or two in "íú":
                count += 1
    return max(1, count)


def grade(text: str) -> float:
    found = words(text)
    syllables = sum(map(english_syllables, found))
    return 0.39 * len(found) / sentences(text) + 11.8 * syllables / len(found) - 15.59


def ease(text: str) -> float:
    found = words(text)
    syllables = sum(map(spanish_syllables, found))
    return 206.84 - 60 * syllables / len(found) - 1.02 * len(found) / sentences(text)
