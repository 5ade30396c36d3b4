"""Every bound of the conversation with ComfyUI, in one table: how long, how often, how many, and why.

Times are seconds. Whoever waits, tries again or reads takes its bound from here: the client, the tracker, the
scheduler, the renderer. They are handed the table, or take :data:`LIMITS` when they are made.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    # At the beginning
    start: float = 5.0  # for a server that is not there: who starts both at once need not mind which is first
    silence: float = 1.5  # after which it is said that an answer is waited for: longer seems to hang

    # The wire
    connect: float = 5.0  # a host that is there takes a connection in milliseconds, a sleeping one in seconds
    read: float = 30.0  # between two bytes: a server that loads a model answers nobody meanwhile
    body: float = 120.0  # for a whole answer, however it trickles in: a picture over a slow line
    handshake: float = 2.0  # for the websocket, without which we can do
    max_body: int = 256 * 2**20  # bytes; a PNG of 8192 x 8192 pixels stays below
    redirects: int = 3  # that a picture may take: hosted servers send one to their storage

    # Jobs on a server, and pictures in memory
    window: int = 2  # one runs, and one waits, so that the GPU never idles; more would be taken from other servers
    room: int = 8  # opened pictures that may wait to be taken, some megabytes each; one more a server
    glance: float = 0.2  # how long an idle server waits before it looks again whether waiting still makes sense

    # Looking
    poll: float = 0.25  # how long a silent websocket is believed: the most that a lost frame costs
    queue: float = 1.0  # how often the whole queue is asked for: it holds everybody's graphs
    # For how long a job must be in neither queue nor history: it is in neither for a moment while it goes from one to
    # the other, and while a server is slow to take it.
    lost: float = 3.0
    lag: float = 10.0  # how long a finished job's history may come after its frames
    past: int = 64  # prompts of the history that are looked through for ours on a server that gives its own ids
    relisten: float = 1.0  # before a lost websocket is tried again, doubled each time that it fails ...
    max_relisten: float = 30.0  # ... up to this: each try costs up to a handshake's time

    # A server that fails
    retry: float = 0.1  # before a question is asked again, doubled each time ...
    max_retry: float = 2.0  # ... up to this
    stumbles: int = 2  # how often a 500 is taken for a passing fault; then it is the answer
    patience: float = (
        10.0  # for a question without an answer: a short outage is sat out, a long one leaves the work to others
    )
    max_retry_after: float = 120.0  # that a server may ask us to stay away: more, and others do its work
    aside: float = 15.0  # after which a server that was set aside is asked whether it is back
    farewell: float = 2.0  # for an answer when the run is broken off: somebody pressed Ctrl-C

    # A job that fails
    tries: int = 3  # how often one seed of a job is posted, for whatever reason
    seeds: int = 2  # how often the seed is moved on after a spoilt picture: what spoils three seeds is the decoder


LIMITS = Limits()
"""As shipped. Tests that shorten waits put another table in its place."""
