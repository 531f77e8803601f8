"""Verdicts, and the evidence without which nobody need believe one."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import HostError, of_kind

T = TypeVar("T")


class Status(enum.Enum):
    """The five verdicts, by their names in reports."""

    PASS = "pass"
    FAIL = "fail"
    MANUAL = "manual"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


def shown(value: object) -> str:
    """A value as evidence shows it: ``True`` is ``true``, as in the engine's own words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # Half a surrogate pair has no UTF-8, and would end the plugin on its way out.
    return str(value).encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Evidence:
    """One fact that a verdict rests on."""

    #: What the fact is about: "container web", "file /etc/docker/daemon.json", "daemon".
    subject: str
    #: Which property, in the words of its source: "HostConfig.Privileged".
    property: str
    #: What was found; anything but text is shown as text.
    found: object
    #: What would have been right; empty where there is nothing to compare with.
    expected: object = ""
    #: Where the fact was read: "daemon.json".
    source: str = ""
    #: Why this subject could not be read.
    error: str = ""

    @classmethod
    def unread(cls, subject: str, error: HostError) -> Evidence:
        """A subject that could not be read, and why."""
        return cls(subject, "", "could not be read", error=error.message)

    def info(self) -> list[tuple[str, str]]:
        """The contract's list of further pairs."""
        pairs = (("source", self.source), ("error", self.error))
        return [(key, value) for key, value in pairs if value]

    def __str__(self) -> str:
        named = f" {self.property} =" if self.property else ""
        wanted = f" (expected {shown(self.expected)})" if self.expected != "" else ""
        return f"{self.subject}:{named} {shown(self.found)}{wanted}"


@dataclass(frozen=True)
class Verdict:
    """A check's answer. There is no constructor for an error: raise the :class:`HostError`, or let it pass."""

    status: Status
    message: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    def __post_init__(self) -> None:
        _require_evidence(self.evidence)

    @classmethod
    def passed(cls, *evidence: Evidence, message: str = "") -> Verdict:
        """The facts are as they should be."""
        return cls(Status.PASS, message, list(evidence))

    @classmethod
    def failed(cls, message: str, *evidence: Evidence) -> Verdict:
        """The facts are not as they should be; the message is one sentence, the evidence says where."""
        return cls(Status.FAIL, message, list(evidence))

    @classmethod
    def manual(cls, message: str, *evidence: Evidence) -> Verdict:
        """A person must judge; the message says what, the evidence is what there is to go by."""
        return cls(Status.MANUAL, message, list(evidence))

    @classmethod
    def not_applicable(cls, reason: str) -> Verdict:
        """The recommendation has nothing to apply to."""
        return cls(Status.NOT_APPLICABLE, reason)


def _require_evidence(evidence: Iterable[object]) -> None:
    """Said where the author's own line is near, not when the host refuses what comes out."""
    for one in evidence:
        if not isinstance(one, Evidence):
            raise TypeError(f"the evidence {one!r} is no keelmark.Evidence")


class _Word(enum.Enum):
    GOOD = enum.auto()
    BAD = enum.auto()
    ASK = enum.auto()
    SKIP = enum.auto()


@dataclass(frozen=True)
class Judgement:
    """What a check says of one container, image or other subject; :func:`sum_up` makes the verdict of them."""

    word: _Word
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        _require_evidence(self.evidence)

    @classmethod
    def good(cls) -> Judgement:
        """As it should be."""
        return cls(_Word.GOOD)

    @classmethod
    def bad(cls, *evidence: Evidence) -> Judgement:
        """Not as it should be."""
        return cls(_Word.BAD, evidence)

    @classmethod
    def bad_if_any(cls, evidence: Iterable[Evidence]) -> Judgement:
        """Bad where there is any evidence, else good."""
        found = tuple(evidence)
        return cls.bad(*found) if found else cls.good()

    @classmethod
    def ask(cls, *evidence: Evidence) -> Judgement:
        """A person must judge this one."""
        return cls(_Word.ASK, evidence)

    @classmethod
    def skip(cls) -> Judgement:
        """The recommendation does not apply to this one."""
        return cls(_Word.SKIP)


def sum_up(noun: str, judged: Iterable[tuple[str, Judgement | HostError]]) -> Verdict:
    """The verdict over all subjects: a bad one decides; else one that could not be read; else one to ask about.

    ``noun`` is the plural of what was judged ("containers"). Where some are bad and others could not be read, the
    verdict is ``fail`` and the unread ones stand in its evidence with an error: the audit counts as incomplete.
    """
    counts = dict.fromkeys(_Word, 0)
    evidence: dict[_Word, list[Evidence]] = {word: [] for word in _Word}
    unread: list[tuple[str, HostError]] = []
    for subject, judgement in judged:
        if isinstance(judgement, HostError):
            unread.append((subject, judgement))
        elif isinstance(judgement, Judgement):
            counts[judgement.word] += 1
            evidence[judgement.word].extend(judgement.evidence)
        else:
            raise TypeError(f"the judgement on {subject} is {judgement!r}; it should be a keelmark.Judgement")
    bad, ask = counts[_Word.BAD], counts[_Word.ASK]
    total = counts[_Word.GOOD] + bad + ask
    if bad:
        # What else there is to say stays in sight: a person's part, and what makes the audit incomplete.
        also = f", and {ask} to judge" if ask else ""
        rest = [*evidence[_Word.ASK], *(Evidence.unread(subject, error) for subject, error in unread)]
        return Verdict.failed(f"{bad} of {total} {noun}{also}", *evidence[_Word.BAD], *rest)
    if unread:
        raise _first_of([error for _, error in unread])
    if ask:
        return Verdict.manual(f"{ask} of {total} {noun} to judge", *evidence[_Word.ASK])
    if total:
        return Verdict.passed(message=f"{total} {noun}")
    skipped = counts[_Word.SKIP]
    return Verdict.not_applicable(f"applies to none of the {skipped} {noun}" if skipped else f"no {noun}")


def _first_of(errors: list[HostError]) -> HostError:
    first, *others = errors
    more = {0: "", 1: " (and one more could not be read)"}.get(
        len(others), f" (and {len(others)} more could not be read)"
    )
    return of_kind(first.kind, first.message + more)


def catching(
    subjects: Iterable[tuple[str, T | HostError]], judge: Callable[[T], Judgement]
) -> Iterator[tuple[str, Judgement | HostError]]:
    """Each subject with what ``judge`` says of its object, or with the error that kept it from saying anything."""
    for subject, found in subjects:
        if isinstance(found, HostError):
            yield subject, found
            continue
        try:
            yield subject, judge(found)
        except HostError as error:
            yield subject, error
