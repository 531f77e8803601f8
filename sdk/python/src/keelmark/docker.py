"""Questions to the Docker Engine, answered with its own JSON, parsed.

``fields`` says what of an object comes back ("HostConfig.Privileged"); each must stand below a field that the manifest
lists for the function. A field that the engine did not send is absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ._engine import Object as Object
from ._engine import Unread as Unread
from ._questions import *  # noqa: F403
from ._questions import inspect_containers, inspect_images
from .errors import HostError
from .verdict import Judgement, Verdict, catching, sum_up


def each_container(fields: Sequence[str], judge: Callable[[Object], Judgement]) -> Verdict:
    """Judges every container, running or not, and sums up."""
    return sum_up("containers", _judged(inspect_containers(fields), judge))


def each_image(fields: Sequence[str], judge: Callable[[Object], Judgement]) -> Verdict:
    """Judges every image and sums up."""
    return sum_up("images", _judged(inspect_images(fields), judge))


def _judged(
    found: Iterable[Object | Unread], judge: Callable[[Object], Judgement]
) -> Iterator[tuple[str, Judgement | HostError]]:
    return catching(((one.subject, one.error if isinstance(one, Unread) else one) for one in found), judge)
