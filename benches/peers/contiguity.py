"""Queen contiguity.

contiguity TOOL LAYER ANSWER       measures a peer
contiguity check ANSWER...         compares answers with libpysal's
"""

import sys

import numpy as np

from .files import keep, present, take, zones
from .timing import agreement, measure


def libpysal(frame):
    from libpysal.weights import Queen

    def run(clock):
        with clock("work"):
            weights = Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
        return weights.neighbors

    return run


def pygeoda(frame):
    import pygeoda

    layer = pygeoda.open(frame)

    def run(clock):
        with clock("work"):
            weights = pygeoda.queen_weights(layer)
        return {zone: weights.get_neighbors(zone) for zone in range(len(frame))}

    return run


TOOLS = {"libpysal": libpysal, "pygeoda": pygeoda}


def check(answers):
    right = pairs_of("libpysal")
    for answer in present(answers):
        found = pairs_of(answer)
        both = len(right & found)
        text = f"{len(found) - both} pairs that libpysal has not, {len(right) - both} of its {len(right):,} missing"
        agreement(answer, found == right, text)


def pairs_of(answer):
    return {(a, b) for a, b in take(answer, "pairs").reshape(-1, 2).tolist() if a < b}


def main(tool, layer, *answers):
    if tool == "check":
        return check([layer, *answers])
    frame = zones(layer)
    neighbours = measure(TOOLS[tool](frame), len(frame))
    pairs = [(zone, other) for zone, others in neighbours.items() for other in others]
    keep(answers[0], pairs=np.array(pairs))


if __name__ == "__main__":
    main(*sys.argv[1:])
