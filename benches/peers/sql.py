"""Points in zones by SQL: the text of join.sql, in each engine on tables of its own form.

sql TOOL SET COUNT ANSWER       measures a peer
sql check ANSWER...             compares the counts of all
"""

import sys
from pathlib import Path

import numpy as np

from .engines import ENGINES
from .files import keep, points, present, take, zones_wkb
from .timing import agreement, measure

QUERY = (Path(__file__).parent / "join.sql").read_text()


def check(answers):
    answers = present(answers)
    first = take(answers[0], "points")
    for answer in answers:
        found = take(answer, "points")
        wrong = int((found != first).sum()) if len(found) == len(first) else max(len(found), len(first))
        agreement(answer, wrong == 0, f"{wrong} of {len(first):,} zones with another count than by Corredor")


def main(tool, *rest):
    if tool == "check":
        return check(rest)
    subset, count, answer = rest
    lon, lat = points(subset, int(count))
    engine = ENGINES[tool]()
    engine.shapes("zones", zones_wkb())
    engine.points("points", lon, lat)

    def run(clock):
        with clock("work"):
            found = engine.ask(QUERY)
            return found["zone"].to_numpy(), found["points"].to_numpy()

    zone, number = measure(run, len(lon))
    counts = np.zeros(len(zones_wkb()), "<u4")
    counts[zone.astype("<i8")] = number
    keep(answer, points=counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
