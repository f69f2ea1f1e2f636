"""What went wrong in an input, said so that its author can mend it, in any language."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Final

from flowsim.meant import nearest


class Said(str):
    """A text in English that remembers what it was made of, so that it can be said again.

    A template is English and the key of its translation. Values may be said themselves; a list of
    names is written with commas. ``flowsim.report.wording`` says it in another language.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Said:
        """Fill the template in, in English."""
        said = super().__new__(cls, filled(template, values, str))
        said.template, said.values = template, values
        return said

    def __reduce__(self) -> tuple[type[Said], tuple[str, dict[str, object]]]:
        """Pickle and copy what it is made of."""
        return type(self), (self.template, self.values)


class Number(Said):
    """A computed number, written as the language does: 1,234.5 or 1.234,5.

    What an author must write in a file is no `Number`: it keeps the notation of the file.
    """

    def __new__(cls, template: str, values: dict[str, object]) -> Number:
        """Write the number with its decimals, in English."""
        text = f"{values['value']:,.{values['decimals']}f}"
        said = str.__new__(cls, text)
        said.template, said.values = template, values
        return said


class Title(Said):
    """What a scenario calls a thing, in each language: its words, not ours."""

    def __new__(cls, template: str, values: dict[str, object]) -> Title:
        """Take the title in English; ``values`` has one for each language."""
        said = str.__new__(cls, values["en"])
        said.template, said.values = template, values
        return said


def msg(template: str, **values: object) -> Said:
    """Say something about an input, in English, so that it can be said in Dutch too.

    Parameters
    ----------
    template
        The English text, with ``{name}`` for each value. It is a key of ``locale/nl.po``; so it is
        a literal, and what differs from one message to the next is a value.
    values
        Texts, whole numbers, paths, `Said`, or lists of these; a fraction and a date are said in
        the notation of the language, and of a path every sign is seen. What stands in the file is
        `verbatim`.
    """
    return Said(template, {name: _kept(value) for name, value in values.items()})


def plain_number(value: float) -> Number:
    """Say a number with the decimals that it has, six digits at most."""
    digits = Decimal(f"{value:.6g}").normalize().as_tuple().exponent
    return number(value, max(0, -digits) if isinstance(digits, int) else 0)


def number(value: float, decimals: int = 0) -> Number:
    """Say a computed number, which is no part of a file, in the notation of the language."""
    return Number("", {"value": value, "decimals": decimals})


MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_said(day: date) -> Said:
    """Say a date in words: 1 January 2026. What an author must write in a file is no such date."""
    return joined((str(day.day), Said(MONTHS[day.month - 1], {}), str(day.year)), " ")


def verbatim(text: object) -> Said:
    """Say something as it stands in the file: a value, which no language changes."""
    return joined([str(text)])


def joined(parts: Iterable[str], separator: str = ", ") -> Said:
    """Say parts one after another; each, and the separator, in the language."""
    return Said("", {"parts": tuple(parts), "separator": separator})


def filled(template: str, values: dict[str, object], say: Callable[[str], str]) -> str:
    """Fill a template in, each text among its values by ``say``; no template joins its parts."""
    if not template:
        parts, separator = values["parts"], values["separator"]
        assert isinstance(parts, tuple)
        assert isinstance(separator, str)
        return say(separator).join(say(part) for part in parts)
    shown = {name: _shown(value, say) for name, value in values.items()}
    return template.format(**shown) if shown else template


def _kept(value: object) -> object:
    """Keep names as a tuple: a view of a dictionary or a generator cannot be said twice."""
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, date):
        return day_said(value)
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value


def _shown(value: object, say: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return say(value)
    if isinstance(value, PurePath):
        return visible(str(value))
    if isinstance(value, tuple):
        return ", ".join(say(part) if isinstance(part, str) else str(part) for part in value)
    return value


LONGEST: Final = 500
"""Signs of a message; the lists of names that it would hold are folded."""
_ELLIPSIS: Final = "..."


def visible(text: str) -> str:
    """Write signs that nobody sees, and bytes that are no text, so that they can be printed."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def clipped(text: str, longest: int, *, end: bool = False) -> str:
    """Return the beginning (or the end) of a text that is too long."""
    if len(text) <= longest:
        return text
    room = longest - len(_ELLIPSIS)
    return _ELLIPSIS + text[-room:] if end else text[:room] + _ELLIPSIS


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a scenario file."""

    file: str
    """The file the key came from (an extended file included); empty when there is none."""
    path: str
    """The key path, such as ``variant.bw.places``; empty when the whole file is meant."""
    found: Said
    """What was found there."""
    allowed: Said
    """What is allowed, and the nearest valid name when there is one."""

    def __str__(self) -> str:
        return self.line(str)

    def line(self, say: Callable[[str], str]) -> str:
        """Return the whole message, its words by ``say``; paths stay as the file has them."""
        parts = [say(self.file), self.path, say(self.found), say(self.allowed)]
        file, path, found, allowed = (visible(one) for one in parts)
        if sum(map(len, (file, path, found, allowed))) > LONGEST - 6:
            file, path = clipped(file, 100, end=True), clipped(path, 100)
            found = clipped(found, 150)
            allowed = clipped(allowed, LONGEST - 6 - len(file) - len(path) - len(found))
        file = "--set" if file == f"--set {path}" else file
        where = "".join(f"{part}: " for part in (file, path) if part)
        return f"{where}{found}; {allowed}"


class Mistake(Said):
    """A problem as one line of a message."""

    def __new__(cls, template: str, values: dict[str, object]) -> Mistake:
        """Say the problem in English."""
        said = str.__new__(cls, str(values["problem"]))
        said.template, said.values = template, values
        return said


def mistake(problem: Problem) -> Mistake:
    """Say a problem within a message, so that it can be said again."""
    return Mistake("", {"problem": problem})


class ScenarioError(ValueError):
    """Every problem of a scenario at once.

    Parameters
    ----------
    problems
        At least one problem, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EngineError(RuntimeError):
    """A run that cannot go on: a broken promise of the engine or a scenario without an end."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


def one_of(names: Iterable[str], found: str | None = None) -> Said:
    """Say which names are allowed, and the nearest to what was found."""
    listed = list(names)
    if not listed:
        return msg("none is defined in this scenario")
    near = nearest(found, listed) if found is not None else None
    shown = _folded(listed)
    if len(shown) < len(listed):
        more = len(listed) - len(shown)
        if near is None:
            return msg("allowed: {names} and {n} more", names=shown, n=more)
        return msg("allowed: {names} and {n} more; did you mean {near!r}?", names=shown, n=more,
                   near=near)  # fmt: skip
    if near is None:
        return msg("allowed: {names}", names=listed)
    return msg("allowed: {names}; did you mean {near!r}?", names=listed, near=near)


def _folded(names: list[str]) -> list[str]:
    """Return the first names, as many as a message can hold."""
    room, shown = LONGEST // 2, []
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        shown.append(name)
    return shown or [clipped(names[0], LONGEST // 2)]


_REASONS: Final = {
    errno.ENOSPC: msg("the disk is full"),
    errno.EDQUOT: msg("the disk is full"),
    errno.EACCES: msg("no permission"),
    errno.EPERM: msg("no permission"),
    errno.EROFS: msg("no permission"),
    errno.ENOENT: msg("no such file or folder"),
    errno.ENOTDIR: msg("part of the path is a file, not a folder"),
    errno.EISDIR: msg("it is a folder"),
    errno.ENAMETOOLONG: msg("the name is too long"),
    errno.ELOOP: msg("links that lead to one another"),
    errno.EEXIST: msg("something else stands there"),
    errno.EIO: msg("the device fails"),
    errno.EAGAIN: msg("there is nothing to read"),
    errno.EMFILE: msg("too many files are open"),
    errno.ENFILE: msg("too many files are open"),
    errno.EBUSY: msg("something else uses it"),
    errno.EFBIG: msg("the file becomes too large"),
    errno.ENOTEMPTY: msg("something else stands there"),
    errno.ENODEV: msg("the device is not there"),
    errno.ENXIO: msg("the device is not there"),
    errno.ETIMEDOUT: msg("the device does not answer"),
    errno.EINVAL: msg("the system does not take that name"),
    errno.EILSEQ: msg("the system does not take that name"),
}


def reason_of(error: OSError) -> Said:
    """Say why the system refused to read or write; by its number where the cause is rare."""
    if error.args and isinstance(error.args[0], Said):
        return error.args[0]
    if error.errno is None:
        return verbatim(error)
    return _REASONS.get(error.errno) or msg("the system refuses (error {n})", n=error.errno)
