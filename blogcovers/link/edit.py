"""A cover's address in a post's front matter: one line in, the same line out, nothing else touched.

The header is never written anew, since every library that does so loses comments, quotes or anchors. Text
is inserted at one place: right after the header's opener, or, where the key's mapping is there already,
at its beginning. An empty value is filled in before what stands for it, which becomes a comment, so that
each edit can be told from all others and taken out again. Then the format's own parser reads both texts,
and they must be equal but for the key.

    key           absent                          the mapping is there
    image         image: "/a.webp"
    cover.image   cover: {image: "/a.webp"}       a line below 'cover:', or in its braces
    images[]      images: ["/a.webp"]
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers.errors import PostError, UsageError
from blogcovers.link.layouts.headed import Edit, headed
from blogcovers.link.layouts.in_key_value import KeyValueLayout
from blogcovers.link.layouts.in_yaml import YamlLayout
from blogcovers.link.layouts.shape import Shape, same_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from blogcovers.link.layouts.headed import Headed
    from blogcovers.link.layouts.layout import Layout
    from blogcovers.posts.header import Dialect, Meta, Value

_META_KEY = re.compile(r"[A-Za-z0-9_-]+")


def held(data: bytes, key: str, dialect: Dialect, concept_keys: Collection[str] = ()) -> Value:
    """What the dotted ``key`` holds; None where it is absent or empty. Raises PostError for a malformed header.

    ``concept_keys``: here and below, as for :func:`blogcovers.posts.header.read_meta`.
    """
    wish = _wish(key, "", "")
    post = headed(data, dialect, concept_keys)
    return None if post is None else _held(post.meta, wish.parts)


def linked(
    data: bytes, key: str, value: str, dialect: Dialect, alt: str = "", concept_keys: Collection[str] = ()
) -> bytes:
    """``data`` with ``value`` at ``key``, proven; ``data`` itself where it stands there already.

    ``key``: dotted, each part a mapping's key; one that ends in ``[]`` holds a list. ``alt`` is written
    beside the value, but only into a mapping that is made for it. Proven is: the header reads the same but
    for the key, which reads back as ``value``; the body is untouched; :func:`unlinked` gives ``data`` again.

    Raises PostError where the key, or what should be a mapping on the way to it, holds something else, where
    there is no header to write into, and where the proof fails; UsageError for what is no dotted key.
    """
    wish = _wish(key, value, alt)
    before, after = _editable(data, wish, dialect, concept_keys), None
    edit = _insertion(before, wish)
    if not edit.text:
        return data
    new = edit.applied(data)
    with suppress(PostError):
        after = headed(new, dialect, concept_keys)
    same = after is not None and _differ_only_in(before, after, wish)
    if not after or not same or _withdrawn(new, after, wish, dialect, concept_keys) != data:
        raise PostError(
            f"the front matter cannot be edited safely: a line for '{wish.key}' would change more than that key.",
            f"Write it by hand: {_by_hand(before.layout, wish)}",
        )
    return new


def unlinked(
    data: bytes, key: str, value: str, dialect: Dialect, alt: str = "", concept_keys: Collection[str] = ()
) -> bytes:
    """The inverse of :func:`linked` for the same arguments: every byte as before.

    ``data`` itself where the key does not hold ``value`` in the very text and place that ``linked`` would
    give it. Raises PostError for a malformed header.
    """
    wish = _wish(key, value, alt)
    post = headed(data, dialect, concept_keys)
    return data if post is None else _withdrawn(data, post, wish, dialect, concept_keys)


# ---- what is wished for


class _Wish(NamedTuple):
    """``key``: dotted, without ``[]``; ``parts``: those of it; ``value``: in a list where the key asked for one."""

    key: str
    parts: tuple[str, ...]
    value: str | list[str]
    alt: str

    def made(self, depth: int) -> Any:
        """The value of the key's part number ``depth``, where it and all below it are new."""
        made: Any = self.value
        for number in range(len(self.parts) - 1, depth, -1):
            mapping = {self.parts[number]: made}
            if self.alt and number == len(self.parts) - 1:
                mapping.setdefault("alt", self.alt)
            made = mapping
        return made


def _wish(key: str, value: str, alt: str) -> _Wish:
    """Raises UsageError for what is no dotted key."""
    name = key.removesuffix("[]")
    parts = tuple(name.split("."))
    if not all(part and part.strip() == part and part.isprintable() and not {*"[]"} & {*part} for part in parts):
        raise UsageError(f"'{key}' is no dotted key.", "Write one like image, cover.image or images[].")
    return _Wish(name, parts, value if name == key else [value], alt)


# ---- what is there


def _editable(data: bytes, wish: _Wish, dialect: Dialect, concept_keys: Collection[str]) -> Headed:
    """The post, which must have a header: else PostError."""
    post = headed(data, dialect, concept_keys)
    if post is None:
        raise PostError(
            f"there is no front matter to write '{wish.key}' into.",
            "Give the post one: a line '---', a line 'title: ...', a line '---'.",
        )
    return post


def _held(meta: Meta, parts: Sequence[str]) -> Value:
    value: Value = meta
    for part in parts:
        if not isinstance(value, dict):
            return None
        value = next((value[name] for name in reversed(value) if same_name(name, part)), None)
    return value or None


# ---- the edit, or why there is none


def _insertion(post: Headed, wish: _Wish) -> Edit:
    """The edit that makes the wish true; one without text where it is so already. Raises PostError."""
    if any("\ud800" <= character <= "\udfff" for text in (*wish.value, wish.alt) for character in text):
        raise PostError(f"the value for '{wish.key}' holds half a surrogate pair.", "Write the character itself.")
    if _held(post.meta, wish.parts) == wish.value:
        return Edit(0, b"")
    if isinstance(post.layout, KeyValueLayout):
        _check_flat(wish)
    layout, shape, path = post.layout, post.layout.shape, list[str]()
    for part in wish.parts:
        if path and shape.empty and shape.kind != "mapping":
            break
        _check_mapping(layout, shape, path, wish)
        found = shape.named(part)
        if not found:
            return post.edit(*layout.place(path, part, wish.made(len(path))))
        if len(found) > 1:
            raise PostError(f"'{'.'.join((*path, part))}' is given twice.", "Keep one of the two.")
        name, shape = found[0]
        path.append(name)
    _check_own(shape, path)
    if not shape.empty:
        said = f"'{wish.key}' holds {_described(shape)}."
        raise PostError(said, f"Take it out if the cover is to stand there: {_by_hand(layout, wish)}")
    if isinstance(layout, YamlLayout) and len(path) < len(wish.parts) and layout.bare(path):
        return post.edit(*layout.child(path, wish.parts[len(path)], wish.made(len(path))))
    return post.edit(*layout.filling(path, wish.made(len(path) - 1)))


def _check_mapping(layout: Layout, shape: Shape, path: list[str], wish: _Wish) -> None:
    """Raises PostError unless a pair may be added to ``shape``, which stands at ``path``."""
    where = f"'{'.'.join(path)}'" if path else "the front matter"
    _check_own(shape, path)
    if shape.kind != "mapping":
        said = f"{where} is {_described(shape)}, where a mapping with '{wish.parts[len(path)]}' would have to be."
        raise PostError(said, f"Write in its place: {_by_hand(layout, wish)}")
    merges = any(key == Shape("text", text="<<") for key, _ in shape.pairs)  # unquoted, so YAML
    if merges and not shape.named(wish.parts[len(path)]):
        said = f"{where} takes keys over from elsewhere ('<<'), perhaps '{wish.key}', too."
        raise PostError(said, f"Write it by hand: {_by_hand(layout, wish)}")


def _check_flat(wish: _Wish) -> None:
    """Raises PostError for what 'Key: value' lines cannot hold."""
    way_out = "Use a key without dots and '[]', or write the front matter in YAML if your generator reads that."
    if len(wish.parts) > 1 or not isinstance(wish.value, str):
        said = "mappings" if len(wish.parts) > 1 else "lists"
        raise PostError(f"'Key: value' lines know no {said}, so '{wish.key}' cannot be written there.", way_out)
    if not _META_KEY.fullmatch(wish.key):
        raise PostError(f"'{wish.key}' is no key for 'Key: value' lines.", "Use letters, digits, '-' and '_'.")
    if wish.value.splitlines() not in ([], [wish.value]):
        raise PostError(f"the value for '{wish.key}' has a line break.", "Write it on one line.")


def _check_own(shape: Shape, path: list[str]) -> None:
    where = f"'{'.'.join(path)}'" if path else "the front matter"
    anchor, tag, _ = shape.props
    if shape.kind == "alias":
        raise PostError(f"{where} is an alias (*{shape.text}), shared with another key.", "Write its value out.")
    if anchor:
        raise PostError(f"{where} has an anchor (&{anchor}), so other keys may share it.", "Take the anchor out.")
    if tag:
        raise PostError(f"{where} has a tag ({tag}), whose meaning only its program knows.", "Take the tag out.")


def _described(shape: Shape) -> str:
    if shape.kind != "text":
        return f"a {shape.kind}"
    line = " ".join("".join(c if c.isprintable() else " " for c in shape.text).split())
    return f"'{line if len(line) <= 60 else line[:59] + '…'}'"


def _by_hand(layout: Layout, wish: _Wish) -> str:
    return layout.entry(wish.parts[0], wish.made(0))


# ---- the proof


def _differ_only_in(before: Headed, after: Headed, wish: _Wish) -> bool:
    same_frame = type(before.layout) is type(after.layout) and before.body == after.body
    return (
        same_frame
        and _held(after.meta, wish.parts) == wish.value
        and _grown(before.layout.shape, after.layout.shape, wish, 0)
    )


def _grown(old: Shape, new: Shape, wish: _Wish, depth: int) -> bool:
    """Whether ``new`` is ``old`` and what is wished for, below part number ``depth``, and nothing else."""
    if old.kind == new.kind == "mapping" and depth < len(wish.parts):
        part = wish.parts[depth]
        was, is_now = old.named(part), new.named(part)
        if old.without(part) != new.without(part) or len(is_now) != 1 or len(was) > 1:
            return False
        if was:
            return was[0][0] == is_now[0][0] and _grown(was[0][1], is_now[0][1], wish, depth + 1)
        return bool(is_now[0][1].plain() == wish.made(depth))
    below = (wish.made(depth - 1), wish._replace(alt="").made(depth - 1))  # below an empty 'cover:' no alt is written
    return old.empty and new.plain() in below


def _withdrawn(data: bytes, post: Headed, wish: _Wish, dialect: Dialect, concept_keys: Collection[str]) -> bytes:
    """``data`` less the edit that was made for the wish; as it is where there is none."""
    if _held(post.meta, wish.parts) != wish.value:
        return data
    for start, end in _removals(post.layout, wish.parts):
        without = data[: post.byte(start)] + data[post.byte(end) :]
        with suppress(PostError):  # that is no header which could take the edit
            before = _editable(without, wish, dialect, concept_keys)
            if _insertion(before, wish).applied(without) == data and _differ_only_in(before, post, wish):
                return without
    return data


def _removals(layout: Layout, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """What ``linked`` could have put in for any part of the key; which of it did so is for the proof to say."""
    text, shape, path = layout.text, layout.shape, list[str]()
    for part in parts:
        found = shape.named(part)
        if len(found) != 1:
            return
        path.append(found[0][0])
        shape = found[0][1]
        pair = layout.pair(path)
        if pair is None:
            continue
        line = text.rfind("\n", 0, pair.key) + 1, text.find("\n", pair.end) + 1 or len(text)
        yield line
        for start, more in (
            (pair.key, ", "),  # the first in braces
            (pair.key - 1, " "),  # alone in braces that had nothing
            (pair.key, ""),  # alone in braces that had blanks
            (pair.separator, layout.remark),
            (pair.separator, ""),
        ):
            if text.startswith(more, pair.end) and start >= line[0]:
                yield start, pair.end + len(more)
