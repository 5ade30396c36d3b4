"""A post: what blogcovers needs to know of one Markdown file.

Values only. The text comes in, a :class:`Post` comes out; reading folders is :mod:`blogcovers.site`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from blogcovers import bounds
from blogcovers.errors import PostError, written_out
from blogcovers.posts import unknown_keys
from blogcovers.posts.focus import FOCUS_HINT, read_focus
from blogcovers.posts.header import decode, read_meta
from blogcovers.posts.naming import BY_SLUG, PlainNaming, split_language
from blogcovers.workflow.inputs import read_inputs

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from blogcovers.posts.focus import Focus
    from blogcovers.posts.header import Dialect, Meta, Value
    from blogcovers.posts.naming import Naming
    from blogcovers.posts.unknown_keys import Misspelt

SUFFIXES = (".md", ".markdown", ".mdx")
CONCEPT_KEYS = ("concept", "cover_concept", "cover.concept")
MAX_CONCEPT = 1000  # characters; SDXL's text encoders read the first 77 tokens in a go, an alt text is far shorter
MAX_SEED = 2**64 - 1  # what ComfyUI's KSampler takes

_OVERRIDES = ("seed", "skip", "negative", "style", "workflow", "inputs", "focus")
OVERRIDE_KEYS = tuple(f"cover_{name}" for name in _OVERRIDES)
_OWN_KEYS = frozenset({"concept", "cover", "cover_concept", "slug", "draft", *OVERRIDE_KEYS})
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[-_ ]+|$)")
_NAME = re.compile(r"[\w][\w.-]*")
# What stands for a value in the templates of Obsidian, Templater, Hugo, Jinja, Liquid and shells.
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$?\{[^{}]*\}")
_TO_DO = frozenset({"TODO", "TBD", "FIXME", "XXX"})  # "todo" is Spanish
_TELLING = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"})  # emoji are symbols, other
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
# Names that Windows keeps for devices, with any ending:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})

Fallback = Literal["", "description", "title"]


@dataclass(frozen=True)
class Rules:
    """How a site's posts are read.

    ``concept_keys``: dotted keys, the first that is given counts; ``fallback``: the key that stands in for
    the concept where none of them is given, or ``""``. ``naming``: what the site's generator is asked. ``dates``: keys,
    the first that is given counts, of the day before which the generator holds a post back. ``picture_key``: the dotted
    key in which the theme looks for a post's picture. ``passed_links``: patterns of the folders, relative to the
    generator's root, that it passes over where they are symbolic links.
    """

    dialect: Dialect = "any"
    concept_keys: tuple[str, ...] = CONCEPT_KEYS
    fallback: Fallback = ""
    languages: tuple[str, ...] = ()
    default_language: str = ""
    naming: Naming = field(default_factory=PlainNaming)
    dates: tuple[str, ...] = ()
    picture_key: str = ""
    passed_links: tuple[str, ...] = ()

    @property
    def flat_concept_keys(self) -> frozenset[str]:
        """Those that are not dotted, in lower case: what may show lines without fences for front matter."""
        return frozenset(key.lower() for key in self.concept_keys if "." not in key)


@dataclass(frozen=True)
class Post:
    """One Markdown file with front matter.

    ``path`` is relative to the content folder, with ``/``. ``slug`` is clean (see :func:`clean_slug`) and
    decides the cover's file name and seed. ``concept`` is one line of text, or None where the post names
    none, or but a ``placeholder`` for one. ``bundle``: where what lies beside an ``index.md`` is published, see
    :meth:`blogcovers.posts.naming.Naming.bundle_path`. ``source`` is the path less its language: translations of one
    post share it, and ``also`` are the paths of the others that share this one's cover. ``alt``: the picture's alt
    text where ``alt`` under ``cover`` gives it; ``alts``: ``(path, alt text)`` of the translations that have their own.
    ``date``: when it is published, where that is told and counts. ``picture``: what the theme's own key names.
    ``focus`` is the point of the cover that derived files keep in view. ``inputs``: what it sets in its workflow, as
    ``("node.input", text)``. ``unpublished``: of a draft, what makes it one, as a reason. ``misspelt``: keys that are
    not ours, and look as if they were meant to be.
    """

    path: str
    slug: str
    concept: str | None = None
    placeholder: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    unpublished: str = ""
    skip: bool = False
    seed: int | None = None
    negative: str = ""
    style: str = ""
    workflow: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    source: str = ""
    bundle: str | None = BY_SLUG
    declared_lang: bool = False
    also: tuple[str, ...] = ()
    alt: str = ""
    alts: tuple[tuple[str, str], ...] = ()
    date: datetime | None = None
    picture: str = ""
    focus: Focus | None = None
    misspelt: tuple[Misspelt, ...] = ()

    @property
    def draft(self) -> bool:
        return bool(self.unpublished)

    @property
    def section(self) -> str:
        """The folder of the post (of its bundle, for an ``index.md``) inside the content folder; without Jekyll's
        ``_posts``, since generators publish no folder of such a name."""
        folders = [folder for folder in self.source.split("/")[:-1] if folder not in ("_posts", "_drafts")]
        if _stem(self.source) == "index":
            folders = folders[:-1]
        return "/".join(folders)

    @property
    def words(self) -> dict[str, Any]:
        """What a style's templates know of it."""
        words = {"concept": self.concept, "title": self.title, "slug": self.slug, "lang": self.lang}
        return {**words, "tags": list(self.tags)}

    def alt_of(self, path: str) -> str:
        """The cover's alt text on the page that is made of ``path``: this post's own, or that of a translation."""
        return dict(self.alts).get(path) or self.alt or self.concept or self.title


def parse(data: bytes, path: str, rules: Rules, siblings: AbstractSet[str] = frozenset()) -> Post:
    """The post in ``data``, the bytes of the file at ``path`` (relative to the content folder, with ``/``).

    ``siblings``: the paths of all posts of the site, which tell ``post.fr.md`` the translation from
    ``release-1.0.fr.md`` the name. Raises PostError, whose message names the place but not the file.
    """
    text = decode(data[: bounds.POST_HEAD])
    meta = read_meta(text, rules.dialect, _own_keys(rules), rules.flat_concept_keys)
    return from_meta(rules.naming.completed(meta, path, text), path, rules, siblings)


def from_meta(meta: Meta, path: str, rules: Rules, siblings: AbstractSet[str] = frozenset()) -> Post:
    """The post with this front matter, as :func:`front_matter.read` or the generator itself gives it: keys in lower
    case, values text, lists or mappings. Raises PostError."""
    source, lang = split_language(path, siblings, rules.languages)
    declared = _given(meta, "lang") or _given(meta, "language")
    concept, skip = _concept(meta, rules), _flag(meta, "skip")
    placeholder = concept if concept and _is_placeholder(concept) else ""
    concept = None if placeholder else concept
    needed = bool(concept) and not skip
    if needed and any(unicodedata.category(character) == "Cs" for character in path):  # bytes that are none: PEP 383
        raise PostError("its path is not UTF-8, so no URL could lead to its cover.", "Rename the file or the folder.")
    return Post(
        path=path,
        slug=_slug(meta, path if rules.naming.whole_path else source, rules.naming, needed=needed),
        concept=concept,
        placeholder=_shortened(placeholder, 60),
        title=_line(_given(meta, "title") or ""),
        tags=_tags(meta.get("tags")),
        lang=lang or declared or "",
        unpublished=_unpublished(meta, path),
        skip=skip,
        seed=_seed(meta),
        negative=_line(_override(meta, "negative") or ""),
        style=_reference(meta, "style"),
        workflow=_reference(meta, "workflow"),
        inputs=_inputs(meta),
        source=source,
        bundle=rules.naming.bundle_path(meta, path, source),
        declared_lang=bool(declared),
        alt=_alt(meta),
        date=_date(meta, source, rules),
        picture=_picture(meta, rules.picture_key),
        focus=_focus(meta),
        misspelt=unknown_keys.suspects(meta, rules.concept_keys, OVERRIDE_KEYS, rules.picture_key),
    )


def _slug(meta: Meta, path: str, naming: Naming, *, needed: bool) -> str:
    """The name under which the generator publishes the post; an index page that gets no cover need not have one."""
    try:
        return clean_slug(naming.slug(meta, path))
    except PostError:
        if needed:
            raise
        return _stem(path)


def clean_slug(slug: str) -> str:
    """The slug as a relative path with ``/``: outer slashes lost, Unicode composed (NFC).

    Raises PostError for what no file system, or not every one, can hold under that name.
    """
    slug = unicodedata.normalize("NFC", slug.strip()).strip("/")
    where = f"the slug '{_shortened(slug, 60)}'"
    way_out = "Set another 'slug' in the front matter."
    if not slug:
        raise PostError("the slug is empty.", way_out)
    if re.match(r"[A-Za-z]:", slug) or "\\" in slug:
        raise PostError(f"{where} is an absolute path or holds a backslash.", way_out)
    if any(unicodedata.category(character) == "Cc" for character in slug):
        raise PostError(f"{where} holds a control character.", way_out)
    if any(unicodedata.category(character) == "Cs" for character in slug):
        raise PostError(f"{where} holds half a surrogate pair.", way_out)
    for segment in slug.split("/"):
        if segment.strip(" .") == "":
            raise PostError(f"{where} has an empty or dotted part ('{segment}').", way_out)
        if segment.partition(".")[0].rstrip().lower() in _DEVICES:
            raise PostError(f"{where} is a name that Windows keeps for a device.", way_out)
        if len(segment.encode()) > 200:  # most file systems hold 255 bytes; ours need an ending and a temporary name
            raise PostError(f"{where} is too long for a file name ({len(segment.encode())} bytes, 200 fit).", way_out)
    return slug


def _own_keys(rules: Rules) -> frozenset[str]:
    return _OWN_KEYS | rules.flat_concept_keys


def _concept(meta: Meta, rules: Rules) -> str | None:
    for key in (*rules.concept_keys, rules.fallback):
        concept = _line(_given(meta, key) or "")
        if concept:
            break
    else:
        return None
    if len(concept) > MAX_CONCEPT:
        raise PostError(
            f"'{key}' is {len(concept):,} characters long.",
            f"A concept is one sentence that says what the cover shows: keep it under {MAX_CONCEPT:,} characters.",
        )
    return concept


def _is_placeholder(concept: str) -> bool:
    """Whether nothing is left of the concept without a template's tags that could be painted: no letter, number or
    emoji."""
    left = _TAG.sub("", concept)
    return left.strip(" .:!?") in _TO_DO or not any(unicodedata.category(character) in _TELLING for character in left)


def _override(meta: Meta, name: str) -> str | None:
    flat = _given(meta, f"cover_{name}")
    return flat if flat is not None else _given(meta, f"cover.{name}")


def _given(meta: Meta, key: str) -> str | None:
    """The text under a dotted key; None where it is absent or empty. Raises PostError for a list or mapping."""
    value: Value = meta
    for part in key.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part, value.get(part.lower()))
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        kind = "list" if isinstance(value, list) else "mapping"
        raise PostError(f"'{key}' is a {kind}, not a text.", f"Write '{key}: ...' on one line, in quotes if need be.")
    if any(unicodedata.category(character) == "Cs" for character in value):
        raise PostError(f"'{key}' holds half a surrogate pair.", "Write the character itself in place of its escape.")
    return value


def _alt(meta: Meta) -> str:
    cover = meta.get("cover")
    alt = cover.get("alt") if isinstance(cover, dict) else None
    if not isinstance(alt, str) or any(unicodedata.category(character) == "Cs" for character in alt):
        return ""  # a theme's key, too: what it may hold is not ours to judge
    return _line(alt)


def _flag(meta: Meta, name: str) -> bool:
    text = (_override(meta, name) or "false").lower()
    if text not in _TRUE | _FALSE:
        raise PostError(f"'cover_{name}' is '{text}'.", "Write true or false.")
    return text in _TRUE


def _seed(meta: Meta) -> int | None:
    text = _override(meta, "seed")
    if text is None:
        return None
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed <= MAX_SEED:
        raise PostError(f"'cover_seed' is '{_shortened(text, 30)}'.", f"Write a whole number from 0 to {MAX_SEED}.")
    return seed


def _focus(meta: Meta) -> Focus | None:
    text = _override(meta, "focus")
    try:
        return None if text is None else read_focus(text)
    except ValueError:
        raise PostError(f"'cover_focus' is '{_shortened(text or '', 30)}'.", FOCUS_HINT) from None


def _reference(meta: Meta, name: str) -> str:
    text = _override(meta, name) or ""
    if text and not _NAME.fullmatch(text):
        raise PostError(f"'cover_{name}' is '{_shortened(text, 60)}'.", f"Write the name of a {name}, without a path.")
    return text


def _inputs(meta: Meta) -> tuple[tuple[str, str], ...]:
    value = meta.get("cover_inputs")
    if value is None and isinstance(cover := meta.get("cover"), dict):
        value = cover.get("inputs")
    try:
        return read_inputs(value)
    except ValueError as error:
        hint = 'Write cover_inputs: KSampler.steps = 30, or a mapping like {"KSampler.steps": 30}.'
        raise PostError(f"'cover_inputs': {_shortened(str(error), 120)}.", hint) from None


def _tags(value: Value) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        return ()
    return tuple(tag for item in items if isinstance(item, str) and (tag := _line(item)))


def _unpublished(meta: Meta, path: str) -> str:
    """What says that the generator does not publish the post, as a reason; ``""`` for a post that it publishes."""

    def says(key: str, words: AbstractSet[str]) -> bool:
        value = meta.get(key)
        return isinstance(value, str) and value.strip().lower() in words

    if "_drafts" in path.split("/")[:-1] or says("draft", _TRUE) or says("status", {"draft"}):
        return "a draft"
    for key, words in (("status", {"private", "skip"}), ("published", _FALSE)):
        if says(key, words):
            return f"not published ({key}: {str(meta[key]).strip()})"
    return ""


def _date(meta: Meta, source: str, rules: Rules) -> datetime | None:
    """The date that holds the post back, in UTC; that of the file's name stands in. None for what is no date."""
    for key in rules.dates:
        value = meta.get(key)
        if isinstance(value, dict):  # Material's {created, updated}
            value = value.get("created")
        if isinstance(value, str) and value.strip():
            try:
                date = datetime.fromisoformat(value.strip())
            except ValueError:
                return None
            return date if date.tzinfo else date.replace(tzinfo=UTC)
    named = _DATE.match(_stem(source)) if rules.dates else None
    try:
        return datetime(int(named[1]), int(named[2]), int(named[3]), tzinfo=UTC) if named else None
    except ValueError:
        return None


def _picture(meta: Meta, key: str) -> str:
    value: Value = meta
    for part in key.removesuffix("[]").split("."):
        value = value.get(part, value.get(part.lower())) if isinstance(value, dict) else None
    return picture_in(value)


def picture_in(value: Value) -> str:
    """What the value of the theme's key names, as one text: of a list all that it holds, of a mapping (Chirpy's
    ``image: {path: ...}``) its texts. ``""`` for nothing, and for a mapping that holds settings of ours."""
    if isinstance(value, dict):
        value = [] if value.keys() & {"concept", *_OVERRIDES} else list(value.values())
    if isinstance(value, list):
        return ", ".join(item.strip() for item in value if isinstance(item, str))
    return value.strip() if isinstance(value, str) else ""


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, width: int) -> str:
    """For a message: at most ``width`` characters."""
    text = written_out(text)
    return text if len(text) <= width else text[: width - 1] + "…"
