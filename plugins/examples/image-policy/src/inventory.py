"""What runs here, and from which images: read once, asked by every check."""

from __future__ import annotations

from collections.abc import Callable

from keelmark import Evidence, Judgement, Object, Unread, Verdict, docker, sum_up
from keelmark.errors import HostError

from references import Reference, parse

#: Asks about one container and the reference that it was made from.
Judge = Callable[[Object, Reference], Judgement]


def each_named_image(judge: Judge) -> Verdict:
    """Judges the image reference of every container. One that was started by a bare id is for a person to judge."""

    def judge_one(container: Object) -> Judgement:
        text = container.read("Config.Image", str)
        reference = parse(text)
        if reference is None:
            return Judgement.ask(Evidence(container.subject, "Config.Image", text, "an image's name, not its id"))
        return judge(container, reference)

    return docker.each_container(["Config.Image"], judge_one)


def each_image_in_use(fields: list[str], judge: Callable[[Object], Judgement]) -> Verdict:
    """Judges every image that a container was made from, once."""
    in_use: dict[str, str] = {}
    unread: list[tuple[str, Judgement | HostError]] = []
    for container in docker.inspect_containers(["Config.Image", "Image"]):
        if isinstance(container, Unread):
            unread.append((container.subject, container.error))
        else:
            in_use.setdefault(container.read("Image", str), container.read("Config.Image", str))
    # Named as containers name them: an image's own tags may have moved on.
    listed = [Object(f"image {name}", id, {}) for id, name in sorted(in_use.items(), key=lambda item: item[1])]
    inspected = {image.id: image for image in docker.inspect_images(fields, listed)}
    judged = list(unread)
    for image in listed:
        judged.append((image.subject, _judged(inspected.get(image.id) or image, image.id in inspected, judge)))
    return sum_up("images in use", judged)


def _judged(image: Object | Unread, is_here: bool, judge: Callable[[Object], Judgement]) -> Judgement | HostError:
    if isinstance(image, Unread):
        return image.error
    if not is_here:
        # Removed by force under a container that goes on with it: nobody can say any more what is in it.
        return Judgement.ask(Evidence(image.subject, "image", "removed", "an image that can be looked at"))
    try:
        return judge(image)
    except HostError as error:
        return error
