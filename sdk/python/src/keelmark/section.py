"""A section: the recommendations that a plugin audits, each with the function that decides it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from . import _host
from ._failure import in_full, in_one_line
from .errors import HostError
from .verdict import Status, Verdict

#: A check takes nothing and returns its verdict; what it cannot read is raised as a ``HostError``.
Check = Callable[[], Verdict]

_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Recommendation:
    """One recommendation as ``describe`` tells it, and its check."""

    id: str
    title: str
    slug: str
    check: Check
    info: list[tuple[str, str]]


@dataclass
class Section:
    """One section of one benchmark; the same two words must stand in ``plugin.toml``.

    ::

        section = Section(benchmark="acme-docker-1", number="9", title="Houses rules")

        @section.check("9.1", "Ensure that every container has an owner", slug="container-without-owner")
        def owner() -> Verdict:
            ...

        Guest = section.guest()
    """

    benchmark: str
    number: str
    title: str
    recommendations: dict[str, Recommendation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require_text(benchmark=self.benchmark, number=self.number, title=self.title)

    def check(
        self,
        id: str,
        title: str,
        *,
        slug: str,
        level: int | None = None,
        means: str = "",
        why: str = "",
        audited: str = "",
        fix: str = "",
        impact: str = "",
        default: str = "",
        references: Sequence[str] = (),
        automated: bool = True,
    ) -> Callable[[Check], Check]:
        """Declares a recommendation; the function below decides it. What is not said stays unknown.

        ``slug`` names the finding, never a number: "container-without-owner".
        """
        _require_text(id=id, title=title, slug=slug, means=means, why=why, audited=audited, fix=fix)
        _require_text(impact=impact, default=default, **{f"reference {text!r}": text for text in references})
        if not _ID.fullmatch(id):
            raise ValueError(f"the id {id!r} is not of the form {_ID.pattern}")
        if not _SLUG.fullmatch(slug):
            raise ValueError(f"the slug {slug!r} of {id} is not lower-case words with dashes between them")
        if id in self.recommendations:
            raise ValueError(f"the id {id!r} is declared twice")
        texts = (
            ("means", means),
            ("why", why),
            ("audited", audited),
            ("fix", fix),
            ("impact", impact),
            ("default", default),
        )
        info = [("assessment", "automated" if automated else "manual")]
        if level is not None:
            info.append(("level", str(level)))
        info.extend((key, text) for key, text in texts if text)
        info.extend(("reference", reference) for reference in references)

        def declare(check: Check) -> Check:
            self.recommendations[id] = Recommendation(id, title, slug, check, info)
            return check

        return declare

    def verdict(self, id: str) -> Verdict:
        """Decides one recommendation; whatever goes wrong in its check is its verdict, and nobody else's."""
        found = self.recommendations.get(id)
        if found is None:
            reason = f"section {self.number} of {self.benchmark} has no recommendation {id}"
            return Verdict(Status.ERROR, reason)
        try:
            verdict = found.check()
            if not isinstance(verdict, Verdict):
                name = getattr(found.check, "__name__", "its check")
                raise TypeError(f"{name}() returned {verdict!r}; it should return a keelmark.Verdict")
            return verdict
        except HostError as error:
            return Verdict(Status.ERROR, error.message)
        except BaseException as error:  # a defect of the check's (or its exit), which costs its own verdict alone
            _try_to_log("warn", in_full(error))
            return Verdict(Status.ERROR, f"the check broke: {in_one_line(error)}")

    def audit(self, ids: Sequence[str]) -> None:
        """Emits one finding for each id."""
        for done, id in enumerate(ids, start=1):
            _host.current().emit(id, self.verdict(id))
            try:
                _host.current().progress(done, len(ids))
            except HostError:
                pass  # A refused progress report must not cost a verdict.

    def guest(self) -> type:
        """What the component exports. componentize-py looks for it under the name ``Guest`` in the main module."""
        from . import _component

        return _component.guest(self)


def _require_text(**words: object) -> None:
    """Said while the plugin is built, and not by a plugin that ends without a word."""
    for name, value in words.items():
        if not isinstance(value, str):
            raise TypeError(f"{name} is {value!r}; it should be text")


def _try_to_log(level: str, message: str) -> None:
    try:
        _host.current().log(level, message)
    except HostError:
        print(message, file=sys.stderr)
