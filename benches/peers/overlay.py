"""Lines over zones: kilometres of each line in each zone.

overlay TOOL LINES COUNT ANSWER       measures a peer
overlay check ORACLE ANSWER...        compares answers with shapely's and PROJ's
"""

import sys

import numpy as np

from .engines import ENGINES
from .files import DATA, keep, points, present, take, zones, zones_wkb
from .timing import agreement, measure

# Lengths agree within a millionth, or a tenth of a millimetre where they are next to nothing.
SHARE, LEAST_KM = 1e-6, 1e-7

KM = {
    # On the sphere: SedonaDB has no other length in its geographies.
    "sedonadb": "ST_Length(ST_ToGeography({})) / 1000",
    # It wants latitude first.
    "duckdb": "ST_Length_Spheroid(ST_FlipCoordinates({})) / 1000",
}
QUERY = (
    "SELECT lines.id AS line, zones.id AS zone, {} AS km "
    "FROM zones JOIN lines ON ST_Intersects(zones.geom, lines.geom)"
)


def lines_of(name, count):
    import shapely

    offsets = np.fromfile(DATA / f"{name}.offsets", "<i4", count + 1)
    xy = np.column_stack(points(name, offsets[-1]))
    return shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (offsets,))


def with_shapely(lines):
    import shapely
    from pyproj import Geod

    polygons = zones().geometry.values.to_numpy()
    geod = Geod(ellps="WGS84")

    def run(clock):
        with clock("index"):
            tree = shapely.STRtree(polygons)
        with clock("work"):
            line, zone = tree.query(lines, predicate="intersects")
            inside = shapely.intersection(lines[line], polygons[zone])
            return line, zone, geodesic_km(geod, inside)

    return run


def geodesic_km(geod, shapes):
    """The length of many shapes in one call of PROJ, by far faster than shape by shape."""
    import shapely

    parts, owner = shapely.get_parts(shapes, return_index=True)
    lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    xy, of = shapely.get_coordinates(parts[lines], return_index=True)
    same = of[1:] == of[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[same].T
    km = geod.inv(*ends)[2] / 1000
    return np.bincount(owner[lines][of[1:][same]], km, len(shapes))


def with_engine(tool, lines):
    import shapely

    engine = ENGINES[tool]()
    engine.shapes("zones", zones_wkb())
    engine.shapes("lines", shapely.to_wkb(lines))
    km = KM[tool].format("ST_Intersection(lines.geom, zones.geom)")

    def run(clock):
        with clock("work"):
            found = engine.ask(QUERY.format(km))
            return [found[name].to_numpy() for name in ("line", "zone", "km")]

    return run


def by_pair(answer):
    pairs = take(answer, "pairs").reshape(-1, 2)
    km = take(answer, "km", "<f8")
    return {tuple(pair): km for pair, km in zip(pairs.tolist(), km.tolist()) if km > LEAST_KM}


def check(oracle, *answers):
    right = by_pair(oracle)
    for answer in present(answers):
        found = by_pair(answer)
        both = [(found.get(pair, 0.0), right.get(pair, 0.0)) for pair in right.keys() | found.keys()]
        off = sum(abs(km - true_km) > SHARE * true_km + LEAST_KM for km, true_km in both)
        largest = max(abs(km - true_km) / max(km, true_km) for km, true_km in both)
        text = (
            f"{off:,} of {len(both):,} pairs of line and zone are off by more than a millionth from shapely "
            f"and PROJ, the worst by {100 * largest:.2g} %; {sum(found.values()):,.1f} km in all, "
            f"{sum(right.values()):,.1f} by shapely and PROJ"
        )
        agreement(answer, not off, text)


def main(tool, *args):
    if tool == "check":
        return check(*args)
    name, count, answer = args
    lines = lines_of(name, int(count))
    run = with_engine(tool, lines) if tool in ENGINES else with_shapely(lines)
    line, zone, km = measure(run, len(lines))
    keep(answer, pairs=np.column_stack([line, zone]), km=km)


if __name__ == "__main__":
    main(*sys.argv[1:])
