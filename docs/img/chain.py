"""Draw the chain: where a client can be, and what leads from one to the next.

    python3 dev.py python docs/img/chain.py > docs/img/chain.svg

Boxes are the states of the ledger (`flowsim.ledger.State`); a test holds `ARROWS` to what happens
in runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 1000, 500
BOX = (170, 60)
WAIT, STAY, AWAY = "#fbe3cf", "#d5e8f3", "#ececec"
"""Waits for something; has a place or aftercare; outside."""

BOXES = {
    "QUEUE": (120, 90, WAIT, "wacht op onderzoeker", "waits for an assessor"),
    "ASSESSING": (335, 90, WAIT, "onderzoek", "assessment"),
    "PAPERWORK": (560, 90, WAIT, "afhandeling", "paperwork"),
    "WAITING": (810, 90, WAIT, "wacht op een plek", "waits for a place"),
    "SETTLED": (810, 270, STAY, "woont in een plek", "lives in a place"),
    "MOVING": (810, 420, WAIT, "wacht op andere plek", "waits for another place"),
    "READY": (560, 270, WAIT, "uitstroomgereed", "ready to leave"),
    "TRANSIT": (335, 270, STAY, "verhuist", "moves out"),
    "AFTERCARE": (120, 270, STAY, "nazorg", "aftercare"),
    "GONE": (120, 420, AWAY, "weg", "gone"),
}
"""State: left, top, colour, Dutch and English."""

Label = tuple[int, int, str, str, str]
_NONE: Label = (0, 0, "", "", "")
ARROWS: dict[tuple[str, str], tuple[list[tuple[int, int]], Label]] = {
    ("-", "QUEUE"): ([(15, 120), (120, 120)], (20, 98, "start", "melding", "notification")),
    ("QUEUE", "ASSESSING"): ([(290, 120), (335, 120)], _NONE),
    ("ASSESSING", "PAPERWORK"): ([(505, 120), (560, 120)], _NONE),
    ("PAPERWORK", "WAITING"): (
        [(730, 120), (810, 120)], (768, 98, "middle", "beschikking", "award"),
    ),
    ("QUEUE", "WAITING"): (
        [(230, 90), (230, 46), (860, 46), (860, 90)],
        (545, 24, "middle", "gids, zonder onderzoek", "guide, without an assessment"),
    ),
    ("WAITING", "SETTLED"): (
        [(930, 150), (930, 270)],
        (922, 228, "end", "plek, uren en woning", "place, hours and dwelling"),
    ),
    ("SETTLED", "MOVING"): (
        [(860, 330), (860, 420)], (852, 372, "end", "ander niveau", "another level"),
    ),
    ("MOVING", "SETTLED"): ([(930, 420), (930, 330)], (938, 372, "start", "plek", "place")),
    ("SETTLED", "READY"): (
        [(810, 288), (730, 288)], (770, 264, "middle", "herstel", "recovery"),
    ),
    ("READY", "SETTLED"): ([(730, 312), (810, 312)], (770, 330, "middle", "slechter", "worse")),
    ("MOVING", "READY"): (
        [(810, 440), (660, 330)], (690, 400, "end", "herstel", "recovery"),
    ),
    ("READY", "TRANSIT"): ([(560, 300), (505, 300)], (532, 278, "middle", "woning", "dwelling")),
    ("TRANSIT", "AFTERCARE"): ([(335, 300), (290, 300)], _NONE),
    ("TRANSIT", "GONE"): (
        [(420, 330), (420, 460), (290, 460)],
        (430, 420, "start", "zonder nazorg", "without aftercare"),
    ),
    ("AFTERCARE", "GONE"): ([(205, 330), (205, 420)], (215, 372, "start", "klaar", "done")),
    ("AFTERCARE", "QUEUE"): (
        [(180, 270), (180, 150)], (190, 206, "start", "terugval", "relapse"),
    ),
    ("AFTERCARE", "WAITING"): (
        [(265, 270), (265, 205), (860, 205), (860, 150)],
        (560, 184, "middle", "terugval, zonder onderzoek", "relapse, without an assessment"),
    ),
    ("GONE", "QUEUE"): (
        [(120, 450), (60, 450), (60, 135), (120, 135)],
        (68, 400, "start", "opnieuw", "again"),
    ),
    ("PAPERWORK", "GONE"): (
        [(645, 90), (645, 66)], (654, 68, "start", "geen beschikking", "no award"),
    ),
    ("WAITING", "GONE"): ([(945, 90), (945, 66)], (945, 46, "middle", "haakt af", "gives up")),
}  # fmt: skip
"""From, to: the points of the line, and its label: where, how it is set, Dutch and English. A short
line out of a box leads to *gone*."""

NOT_DRAWN = {("QUEUE", "PAPERWORK")}
"""Also a guide, where paperwork follows. Every box can lead to *gone*: death, Wlz, elsewhere."""

NOTE = (
    "Oranje: wacht op iets dat er niet is, of op een besluit. Uit elk vak kan iemand ook "
    "overlijden of naar de Wlz, een kliniek, familie of elders gaan.",
    "Orange: waits for what is not there, or for a decision. From every box people may also die, "
    "or go to long-term care (Wlz), a clinic, family or elsewhere.",
)


def main() -> None:
    """Print the figure."""
    print("\n".join(drawing()))


def drawing() -> Iterator[str]:
    """Yield the lines of the SVG."""
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 50}" '
        'font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="12" fill="#222222" '
        'role="img" aria-label="The chain: notification, assessment, award, place, ready to '
        'leave, own dwelling, aftercare">'
    )
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555555"/></marker></defs>'
    )
    yield '<rect width="100%" height="100%" fill="white"/>'
    for points, label in ARROWS.values():
        path = " ".join(f"{x},{y}" for x, y in points)
        yield (
            f'<polyline points="{path}" fill="none" stroke="#555555" stroke-width="1.4" '
            'marker-end="url(#tip)"/>'
        )
        yield from _label(*label)
    for box in BOXES.values():
        yield from _box(*box)
    for number, text in enumerate(NOTE):
        yield f'<text x="20" y="{HEIGHT + 15 + 18 * number}" fill="#555555">{escape(text)}</text>'
    yield "</svg>"


def _box(left: int, top: int, colour: str, dutch: str, english: str) -> Iterator[str]:
    wide, high = BOX
    middle = left + wide // 2
    yield (
        f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" rx="6" fill="{colour}" '
        'stroke="#555555"/>'
    )
    yield (
        f'<text x="{middle}" y="{top + 26}" text-anchor="middle" font-weight="bold">'
        f"{escape(dutch)}</text>"
    )
    yield (
        f'<text x="{middle}" y="{top + 45}" text-anchor="middle" fill="#555555">'
        f"{escape(english)}</text>"
    )


def _label(x: int, y: int, anchor: str, dutch: str, english: str) -> Iterator[str]:
    """Set a label in two lines, the Dutch one first."""
    if dutch:
        yield f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="11">{escape(dutch)}</text>'
        yield (
            f'<text x="{x}" y="{y + 14}" '
            f'text-anchor="{anchor}" font-size="11" fill="#777777">{escape(english)}</text>'
        )


if __name__ == "__main__":
    main()
