"""The blog as a whole, as a value: where its posts and covers lie, and under which URLs it is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.cover import derivation
from blogcovers.posts import Source

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.cover import Derived
    from blogcovers.generators.themes import Theme
    from blogcovers.posts import Post


@dataclass(frozen=True, kw_only=True)
class Site(Source):
    """What every command needs to know of a blog.

    ``media``: the folder of the covers, ``path`` the pattern of a cover's path in it. ``bundle``: the name of the
    cover beside the ``index.md`` of a page bundle, or ``""`` where those go to ``media`` like others. ``outputs``: what
    is derived from every cover. ``file``: the config file, or None. ``style``: the style folder of its own, or None.
    ``whole``: whether the content folder is known to hold all posts that have covers in ``media``. ``future``: whether
    posts get covers that the generator still holds back. ``public_url``: where the media folder is served, without a
    final slash, or None where that is not known; ``base_path`` and ``site_url``: the site's own URL, its path and
    whole; ``url_setting``: where the generator's config says that URL. ``data_file``: see
    :mod:`blogcovers.gallery.data_file`. ``link``: the key and value that ``link`` writes.
    """

    media: Path
    path: str = "{slug}.webp"
    bundle: str = ""
    outputs: tuple[Derived, ...] = ()
    file: Path | None = None
    style: Path | None = None
    whole: bool = True
    drafts: bool = False
    future: bool = True
    public_url: str | None = None
    base_path: str = ""
    site_url: str = ""
    url_setting: str = ""
    data_file: Path | None = None
    link: Theme | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that files are written in; they may be links."""
        return self.base, self.content, self.media

    def cover_path(self, post: Post) -> Path:
        """Where the post's cover lies: in its page bundle, if that is asked for, else below the media folder.

        A pattern with an empty section loses the slash before the slug.
        """
        if self.in_bundle(post):
            return self.file_of(post).with_name(self.bundle)
        relative = self.path.format(slug=post.slug, section=post.section)
        return self.media.joinpath(*(part for part in relative.split("/") if part))

    def derived_files(self, post: Post) -> tuple[tuple[Derived, Path], ...]:
        """What is derived from the post's cover, and where each file lies."""
        files = derivation.files(self.cover_path(post), self.outputs, post.focus)
        return tuple(
            (spec, file.with_name(spec.alone)) if self.in_bundle(post) else (spec, file) for spec, file in files
        )

    def in_bundle(self, post: Post) -> bool:
        """Whether the cover lies beside its post, in a folder of the post's own, where themes find it by its name."""
        folder, _, name = post.path.rpartition("/")
        return bool(self.bundle and folder and name.partition(".")[0] == "index")
