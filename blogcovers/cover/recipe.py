"""The recipe: all that decides a cover's picture, and the digests that tell whether it is current.

A recipe is written into its cover for good, so its format changes only by addition: a reader ignores keys
that it does not know, and a setting added later takes part in a digest only where it departs from its
default. What is compared are the digests, one for each *cause*, the slug, the seed's among them; the texts
serve the reasons only and may be left out of published files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from blogcovers import digest
from blogcovers.posts.focus import CENTRE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from blogcovers.posts import Post
    from blogcovers.posts.focus import Focus
    from blogcovers.workflow import Style

Made = TypeVar("Made")

FORMAT = 1
RECIPE_VERSION = 1
"""Raised when our own code would make another picture of the same inputs; the painter has its own version."""

CAUSES = ("concept", "style", "workflow", "output", "renderer")

_ADDED = "cover_negative"


@dataclass(frozen=True)
class Output:
    """What the cover file is: ``size`` is (width, height) in pixels, ``quality`` WebP's 0 to 100 where it is lossy.

    ``focus`` is the point of the rendered picture that the crop to ``size`` keeps in view.
    """

    size: tuple[int, int] = (1200, 630)
    quality: int = 82
    focus: Focus = CENTRE

    @property
    def digest(self) -> str:
        said: dict[str, Any] = {"format": "webp", "size": list(self.size), "quality": self.quality}
        if self.focus != CENTRE:
            said["focus"] = list(self.focus)
        return digest.of_value(said)


@dataclass(frozen=True)
class Recipe:
    """One cover's recipe.

    ``digests``: cause -> digest. ``picture``: the digest of the encoded picture (the VP8 or VP8L chunk), ``""``
    until there is one. ``attempt``: how often the seed was moved on after a spoilt picture.
    ``provisional``: painted while the server was down. ``outputs``: names of files derived from this cover.
    ``texts``: concept, prompt, negative, and what the post itself added to the negative (``cover_negative``, ``""``
    for nothing; covers of early versions lack it); ``graph``: what ComfyUI was sent; both may be left out.
    """

    slug: str
    renderer: str
    seed: int
    digests: Mapping[str, str]
    recipe_version: int = RECIPE_VERSION
    attempt: int = 0
    provisional: bool = False
    picture: str = ""
    outputs: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    graph: Mapping[str, Any] | None = None

    @property
    def fingerprint(self) -> str:
        """Of the slug and all digests: two recipes with one fingerprint ask for the same picture."""
        return digest.of_value([self.recipe_version, self.slug, [self.digests.get(cause, "") for cause in CAUSES]])

    @property
    def concept(self) -> str:
        return self.texts.get("concept", "")

    def bare(self) -> Recipe:
        """Without texts and graph: digests only, for ``metadata = "fingerprint"``."""
        return replace(self, texts={}, graph=None)


def wanted(post: Post, style: Style, workflow_digest: str, output: Output, renderer: str, version: int = 0) -> Recipe:
    """The recipe that a post with a concept asks for, without prompt and graph.

    ``renderer`` is its name, ``version`` that of its own drawing (0 where the picture is the server's).
    ``workflow_digest`` is ``""`` where the renderer uses no workflow.
    """
    seed = digest.seed_of(post.slug) if post.seed is None else post.seed
    said = {"concept": post.concept, "negative": post.negative, "seed": seed}
    said |= {word: getattr(post, word) for word in style.post_words}
    return Recipe(
        slug=post.slug,
        renderer=renderer,
        seed=seed,
        digests={
            "concept": digest.of_value(said),
            "style": style.digest,
            "workflow": workflow_digest,
            "output": output.digest,
            "renderer": digest.of_value([renderer, version]),
        },
        texts={"concept": post.concept or "", _ADDED: post.negative},
    )


def changes(made: Recipe, due: Recipe) -> dict[str, str]:
    """What differs between a cover's recipe and the one that is due: cause -> reason; empty when current.

    A change that no setting may keep from being rendered (another slug, our own code) has the cause ``""``.
    """
    found = {cause: _reason(cause, made, due) for cause in CAUSES if made.digests.get(cause) != due.digests[cause]}
    if made.renderer != due.renderer:
        found.pop("workflow", None)  # only one of the two has a workflow: no change of its own
    if made.recipe_version != due.recipe_version:
        found[""] = "blogcovers now makes another picture of the same recipe"
    if made.slug != due.slug:
        found[""] = f"slug: '{made.slug}' → '{due.slug}'"
    return found


def is_renamed(made: Recipe, due: Recipe) -> bool:
    """Whether a cover's recipe differs from the one that is due by its post's slug alone: then the seed is the same,
    so the picture is, too, unless the slug stands in the prompt."""
    return made.slug != due.slug and not changes(made, replace(due, slug=made.slug))


def _reason(cause: str, made: Recipe, due: Recipe) -> str:
    if cause == "renderer" and made.renderer != due.renderer:
        return f"renderer: {made.renderer} → {due.renderer}"
    if cause == "renderer":
        return f"the {due.renderer} draws differently now"
    if cause == "concept" and made.concept and made.concept != due.concept:
        return f"concept: '{made.concept}' → '{due.concept}'"
    if cause == "concept" and made.seed != due.seed:
        return f"seed: {made.seed} → {due.seed}"
    if cause == "concept" and made.concept:
        return _reason_beside(made, due)
    return f"{cause} changed"


def _reason_beside(made: Recipe, due: Recipe) -> str:
    """What else of the post counts with the concept, where concept and seed are the same."""
    words = "title, tags or language"  # those that the style's templates use
    if _ADDED not in made.texts:
        return f"{_ADDED}, {words} changed"
    before, after = (f"'{text}'" if (text := one.texts.get(_ADDED)) else "none" for one in (made, due))
    return f"negative: {before} → {after}" if before != after else f"{words} changed"


def to_json(recipe: Recipe) -> str:
    """ASCII JSON, less the graph, which stands in a tag of its own."""
    record: dict[str, Any] = {
        "format": FORMAT,
        "recipe_version": recipe.recipe_version,
        "slug": recipe.slug,
        "fingerprint": recipe.fingerprint,
        "digests": dict(recipe.digests),
        "renderer": recipe.renderer,
        "seed": recipe.seed,
        "attempt": recipe.attempt,
        "provisional": recipe.provisional,
        "picture": recipe.picture,
        "outputs": list(recipe.outputs),
    }
    if recipe.texts:
        record["texts"] = dict(recipe.texts)
    return json.dumps(record, ensure_ascii=True)


class UnknownFormat(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """A record by a later blogcovers."""


def from_json(text: str) -> Recipe:
    """The recipe in ``text``. Raises as :func:`read_record`."""
    return read_record(text, "recipe", FORMAT, _of_record)


def _of_record(record: Any) -> Recipe:
    return Recipe(
        slug=str(record["slug"]),
        renderer=str(record["renderer"]),
        seed=int(record["seed"]),
        digests={str(cause): str(value) for cause, value in record["digests"].items()},
        recipe_version=int(record["recipe_version"]),
        attempt=int(record["attempt"]),
        provisional=bool(record["provisional"]),
        picture=str(record["picture"]),
        outputs=tuple(str(name) for name in record["outputs"]),
        texts={str(name): str(value) for name, value in record.get("texts", {}).items()},
    )


def read_record(text: str, what: str, latest: int, of_record: Callable[[Any], Made]) -> Made:
    """What ``of_record`` makes of the JSON in ``text``, a record that a file of ours carries.

    Raises UnknownFormat for a later format than ``latest``, ValueError for what is no record: no ``what``.
    """
    try:
        record = json.loads(text)
        if record["format"] > latest:
            raise UnknownFormat(f"{what} format {record['format']}")
        return of_record(record)
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a {what}: {error!r}") from error
