"""What can go wrong, as sentences.

Two kinds, and they never mix. A *post's* failure is a value (:class:`Problem`): it stands in the plan or
the report beside the posts that went well. A *run's* failure is an exception (:class:`BlogcoversError`):
nothing more can be done. One boundary, in the command line, turns it into text and an exit code.

    BlogcoversError              exit 3   the run stopped
    ├── UsageError               exit 2   wrong option, no content folder
    │   ├── ConfigError          exit 2   bad key or value in the config
    │   └── NoContent            exit 2   no content folder is named or found
    ├── PostError                exit 1   one post's front matter; caught where posts are read
    ├── NoPosts                  exit 3
    ├── StyleError               exit 3   house.toml or a prompt template
    ├── WorkflowError            exit 3   a workflow template
    ├── MediaError               exit 3   the media folder cannot be written, the disk is full
    ├── GitError                 exit 3   git is not there, or fails
    ├── ServerError              exit 3   ComfyUI refuses
    │   └── ServerUnreachable    exit 3   ComfyUI does not answer
    ├── Interrupted              exit 130
    └── Bug                      exit 4   whatever else was raised, told by the command line alone
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def written_out(text: str) -> str:
    """With what a terminal would obey, or no file can hold, written out as Python does; line breaks, too."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class BlogcoversError(Exception):
    """A run that cannot go on.

    ``message`` names the file and the place, ``hint`` the way out; both are sentences without the final
    stop's burden of style: they are printed as they are. ``code`` is stable and meant for machines.
    """

    code = "error"
    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(BlogcoversError):
    code = "usage"
    exit_code = 2


class ConfigError(UsageError):
    code = "config"


class NoContent(UsageError):  # noqa: N818  (the fact, as below)
    """Where the posts are is neither said nor found."""


class PostError(BlogcoversError):
    """One post's front matter. The reader of posts turns it into a :class:`Problem`."""

    code = "post"
    exit_code = 1


class NoPosts(BlogcoversError):  # noqa: N818  (the fact, not "NoPostsError": it reads as what happened)
    code = "no-posts"


class StyleError(BlogcoversError):
    code = "style"


class WorkflowError(BlogcoversError):
    code = "workflow"


class MediaError(BlogcoversError):
    code = "media"


class GitError(BlogcoversError):
    code = "git"


class ServerError(BlogcoversError):
    code = "server-refused"


class ServerUnreachable(ServerError):  # noqa: N818  (the fact, as above)
    code = "server-unreachable"


class Interrupted(BlogcoversError):  # noqa: N818  (the fact, as above)
    code = "interrupted"
    exit_code = 130


class Bug(BlogcoversError):  # noqa: N818  (the fact, as above)
    code = "bug"
    exit_code = 4


@dataclass(frozen=True)
class Problem:
    """Why one post has no cover: which file, what is wrong there, and the way out."""

    post: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.post}: {self.message} {self.hint}".strip()


def nearest(word: str, choices: Iterable[str]) -> str:
    """``' Did you mean 'media'?'`` for the closest of ``choices``, or ``''`` when none is close."""
    close = get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else ""
