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
    muster: float = 1.0  # for the other servers once one has answered: those that are there answer in milliseconds
    claims: float = 5.0  # for each server to say what an earlier run left on it, before jobs are shared out without it
    # Newest entries of the history in which that is looked for: more than a run leaves unfetched, with other clients'
    # between; each holds a whole graph.
    recent: int = 100

    # The wire: an exchange ends by its limits whatever the server sends, and however slowly
    connect: float = 5.0  # a host that is there takes a connection in milliseconds, a sleeping one in seconds
    # Between two bytes, and for all headers: a server that loads a model answers nobody meanwhile.
    read: float = 30.0
    body: float = 120.0  # for a whole exchange, redirects included: a picture over a slow line
    handshake: float = 2.0  # for the websocket, without which we can do
    redirects: int = 3  # that a picture may take: hosted servers send one to their storage

    # What is read: bytes as they are unpacked, so that a small answer cannot become a large one
    max_head: int = 64 * 2**10  # of all headers of an answer: gates send some kilobytes, mostly cookies
    max_json: int = 32 * 2**20  # all nodes of a server with hundreds of extensions take 10 MiB, a long queue as much
    max_values: int = 2_000_000  # in one JSON text: each takes some hundred bytes of memory, whatever its length there
    max_depth: int = 100  # of JSON: a graph in a history in a list is 8 deep; Python's own reader ends at about 1000
    max_digits: int = 100  # of a whole number: a seed has 20
    max_picture: int = 256 * 2**20  # a PNG of 8192 x 8192 pixels stays below

    # The websocket
    max_frame: int = 32 * 2**20  # bytes of a message, with the pings between: a preview is a full PNG at most
    fragments: int = 1000  # of a message, or pings in one wait: ComfyUI sends whole messages, gates ping now and then
    frame: float = 30.0  # from a message's first byte to its last

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
    max_retry_after: float = 120.0  # that a server may ask us to stay away, in all: more, and others do its work
    aside: float = 15.0  # after which a server that was set aside is asked whether it is back
    # At the end, for all servers at once: for what they are at, and again for taking off what is left on those that
    # hang. Somebody pressed Ctrl-C, or has all the covers.
    farewell: float = 2.0

    # A job that fails
    tries: int = 3  # how often one seed of a job is posted, for whatever reason
    seeds: int = 2  # how often the seed is moved on after a spoilt picture: what spoils three seeds is the decoder


LIMITS = Limits()
"""As shipped. Tests that shorten waits put another table in its place."""
