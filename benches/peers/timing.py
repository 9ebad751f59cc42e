"""How time is taken: the same rules as in timing.rs."""

import json
import os
import resource
import time
from contextlib import contextmanager

RUNS = int(os.environ.get("PEERS_RUNS", 5))
THREADS = int(os.environ.get("PEERS_THREADS", 2))
# Beyond so many seconds the first run counts, and is the only one.
LONG_S = 20.0


class Clock:
    """Seconds of the parts of one run."""

    def __init__(self):
        self.counted = {}
        self.details = {}
        self.apart = {}

    @contextmanager
    def __call__(self, part, detail=None):
        """Times a part: `index` and `work` count, with a detail to name; any other is told apart."""
        start = time.perf_counter()
        yield
        s = time.perf_counter() - start
        parts = self.counted if part in ("index", "work") else self.apart
        parts[part] = parts.get(part, 0.0) + s
        if detail:
            self.details[detail] = s

    @property
    def s(self):
        return sum(self.counted.values())


def measure(run, items, **more):
    """Prints what `run(clock)` takes as a line of JSON and returns the answer of the last run."""

    def once():
        clock = Clock()
        return run(clock), clock

    answer, clock = once()
    clocks = [clock]
    if clock.s <= LONG_S:
        clocks = []
        for _ in range(RUNS):
            del answer  # two answers at once would count as memory
            answer, clock = once()
            clocks.append(clock)
    clocks.sort(key=lambda clock: clock.s)
    items, more = said(items), {name: said(value) for name, value in more.items()}
    report(items, len(clocks), clocks[len(clocks) // 2], **more)
    return answer


def children_mb():
    """The greatest memory of any program that this one ran, megabytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000


def said(value):
    """What may only be known at the end comes as a function."""
    return value() if callable(value) else value


def report(items, n, clock, **more):
    """Prints one measurement: items done, runs, and the seconds of the middle run."""
    measured = {
        "items": items,
        "n": n,
        "index_s": clock.counted.get("index"),
        "work_s": clock.counted.get("work"),
        "s": clock.s,
        "more": {"details": clock.details, "apart": clock.apart} | more,
    }
    print(json.dumps(measured), flush=True)


def agreement(answer, agree, text):
    """Prints what a check found about one answer."""
    print(json.dumps({"answer": answer, "agree": bool(agree), "text": text}), flush=True)
