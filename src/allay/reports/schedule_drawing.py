"""What the picture of a week is drawn with: colors by discipline, signs, and elements of SVG.

Colors stand in the elements, for paper and for readers of plain SVG; a style sheet inside puts darker ones
over them where the reader's scheme is dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import escape

from allay.reports.plots_text import plain

__all__ = ["EDGE", "SMALL", "TONES", "Canvas", "codes"]

EDGE, SMALL = 16, 11  # pixels beside everything; of the smallest letters
FONT = "Liberation Sans, Arial, sans-serif"
# The tokens of the house palette (`report.css`), then for each discipline a fill and a line that has 3:1
# against paper and against the fill; ink has 7:1 on every fill.
INK, SECOND, LINE, PAPER, GROUND = "#1d2730", "#55626e", "#c9ced2", "#ffffff", "#e9ebec"
TONES = (
    *(("#cfe8e6", "#0b6b6b"), ("#fbe3b8", "#8a5200"), ("#d3e2f7", "#2a5a9e"), ("#f7d4d3", "#a3262a")),
    *(("#d5ead9", "#2c6e3f"), ("#e5daf3", "#6a3fa0"), ("#e9dccb", "#6e4a1f"), ("#d9dee3", "#47535d")),
)
_DARK_TONES = (
    *(("#17393a", "#5cc0bd"), ("#3a2c12", "#f0b45a"), ("#1b2d4a", "#8ab4f2"), ("#43201f", "#f19a9c")),
    *(("#1a3524", "#86cf9b"), ("#32234a", "#c0a0ee"), ("#382a1a", "#d6b183"), ("#2b343b", "#b3bfc8")),
)
_COLORS = {"ink": INK, "second": SECOND, "line": LINE, "paper": PAPER, "ground": GROUND}
_DARK = {"ink": "#e8ecee", "second": "#a4b0b8", "line": "#4a5862", "paper": "#1b242b", "ground": "#2a343b"}
_FILL, _STROKE = "f", "s"


def codes(names: Sequence[str], *, letters: int) -> dict[str, str]:
    """Give each name a short code of its own, of letters that are in it where that can be.

    Examples
    --------
    >>> codes(["physical-therapy", "psychology", "massage", "medical"], letters=2)
    {'physical-therapy': 'PT', 'psychology': 'PS', 'massage': 'MA', 'medical': 'ME'}
    >>> codes(["physical-therapy", "psychology", "pt"], letters=1)
    {'physical-therapy': 'P', 'psychology': 'S', 'pt': 'T'}
    """
    found: dict[str, str] = {}
    for name in names:
        found[name] = next(one for one in _possible(name, letters) if one not in found.values())
    return found


def _possible(name: str, letters: int) -> list[str]:
    words = [word for word in name.upper().replace("_", "-").replace(".", "-").split("-") if word]
    joined = "".join(words)
    if letters == 1:
        return [*joined, *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *(str(n) for n in range(10, 1000))]
    initials = [words[0][0] + words[1][0]] if len(words) > 1 else []
    pairs = [joined[0] + letter for letter in joined[1:]]
    return [*initials, *pairs, *(f"{joined[0]}{n}" for n in range(1, 1000))]


@dataclass(slots=True)
class Canvas:
    """An SVG document that grows by elements; `prefix` keeps its ids apart from those of others on a page.

    Colors are named: `ink`, `second`, `line`, `paper`, `ground`, or a number for the tone of a discipline.
    """

    width: float
    prefix: str
    parts: list[str] = field(default_factory=list)

    def rect(
        self,
        box: tuple[float, float, float, float],
        *,
        fill: str | int | None = None,
        stroke: str | int | None = None,
        width: float = 1,
        dash: str = "",
        radius: float = 0,
        hatched: bool = False,
    ) -> None:
        """Add a rectangle of x, y, width and height."""
        x, y, wide, high = (_short(one) for one in box)
        look = f'fill="url(#{self.prefix}-away)"' if hatched else _paint("fill", fill)
        outline = f' stroke-width="{_short(width)}"' if stroke is not None else ""
        outline += f' stroke-dasharray="{dash}"' if dash else ""
        rounded = f' rx="{_short(radius)}"' if radius else ""
        named = _classes(None if hatched else fill, stroke)
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}"{rounded}{named} {look} '
            f"{_paint('stroke', stroke)}{outline}/>"
        )

    def line(self, x: float, y: float, x2: float, y2: float, *, color: str | int = "line") -> None:
        """Add a straight line."""
        self.parts.append(
            f'<line x1="{_short(x)}" y1="{_short(y)}" x2="{_short(x2)}" y2="{_short(y2)}"'
            f"{_classes(None, color)} {_paint('stroke', color)}/>"
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        color: str = "ink",
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """Add a line of text by its baseline."""
        weight = ' font-weight="700"' if bold else ""
        aligned = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(
            f'<text x="{_short(x)}" y="{_short(y)}" font-size="{_short(size)}"{weight}{aligned}'
            f"{_classes(color, None)} {_paint('fill', color)}>{escape(plain(text))}</text>"
        )

    def open(self, name: str, told: str) -> None:
        """Begin a group of a kind, with what it says when a pointer rests on it."""
        self.parts.append(f'<g class="{name}"><title>{escape(plain(told))}</title>')

    def close(self) -> None:
        """End a group."""
        self.parts.append("</g>")

    def screen(self, x: float, y: float, tone: str) -> None:
        """Add the sign of telehealth, a screen on its foot: 8 wide, 8 high."""
        self.rect((x + 0.5, y + 0.5, 7, 5), fill="paper", stroke=tone)
        self.line(x + 2, y + 7.5, x + 6, y + 7.5, color=tone)

    def link(self, x: float, y: float, tone: str) -> None:
        """Add the sign of a linked visit, two rings: 8 wide, 8 high."""
        for middle in (x + 2.6, x + 5.6):
            self.parts.append(
                f'<circle cx="{_short(middle)}" cy="{_short(y + 4)}" r="2.1"{_classes(None, tone)} '
                f'fill="none" {_paint("stroke", tone)} stroke-width="1.2"/>'
            )

    def pin(self, x: float, y: float, tone: str) -> None:
        """Add the sign of what was booked before, a full square: 5 wide, 8 high."""
        self.rect((x, y + 1.5, 5, 5), fill=tone)

    def document(self, height: float, *, title: str, description: str) -> str:
        """Write it all as one SVG document, on paper of its own."""
        name = self.prefix
        wide, high = _short(self.width), _short(height)
        hatch = (
            f'<pattern id="{name}-away" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="6" height="6"{_classes("paper", None)} '
            f'fill="{PAPER}"/><line x1="0" y1="0" x2="0" y2="6"{_classes(None, "second")} '
            f'stroke="{SECOND}" stroke-width="2.4"/></pattern>'
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
            f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{name}-title {name}-desc" '
            f'font-family="{FONT}"><title id="{name}-title">{escape(plain(title))}</title>'
            f'<desc id="{name}-desc">{escape(plain(description))}</desc>'
            f"<style>{_dark_style()}</style><defs>{hatch}</defs>"
            f'<rect width="{wide}" height="{high}"{_classes("paper", None)} fill="{PAPER}"/>'
            f"{''.join(self.parts)}</svg>"
        )


def _short(value: float) -> str:
    return f"{round(value, 2) + 0.0:g}"


def _color(name: str | int) -> str:
    if isinstance(name, int):
        return TONES[name % len(TONES)][0]
    return TONES[int(name[4:]) % len(TONES)][1] if name[4:].isdigit() else _COLORS[name]


def _paint(what: str, color: str | int | None) -> str:
    """A fill takes the pale color of a tone, a stroke its line."""
    if color is None:
        return f'{what}="none"'
    if isinstance(color, int) and what == "stroke":
        color = f"line{color}"
    return f'{what}="{_color(color)}"'


def _classes(fill: str | int | None, stroke: str | int | None) -> str:
    """Names by which the style sheet finds it: `sw-f-ink`, `sw-s-line3`."""
    found = []
    if fill is not None:
        found.append(f"sw-{_FILL}-{_tone(fill)}")
    if stroke is not None:
        found.append(f"sw-{_STROKE}-{_tone(f'line{stroke}' if isinstance(stroke, int) else stroke)}")
    return f' class="{" ".join(found)}"' if found else ""


def _tone(color: str | int) -> str:
    if isinstance(color, int):
        return f"tone{color % len(TONES)}"
    return f"line{int(color[4:]) % len(TONES)}" if color[4:].isdigit() else color


def _dark_style() -> str:
    colors = dict(_DARK)
    for place, (fill, line) in enumerate(_DARK_TONES):
        colors |= {f"tone{place}": fill, f"line{place}": line}
    rules = "".join(
        f".sw-{_FILL}-{name}{{fill:{color}}}.sw-{_STROKE}-{name}{{stroke:{color}}}"
        for name, color in colors.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"
