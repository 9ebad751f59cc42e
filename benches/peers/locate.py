"""Points in zones.

locate TOOL SET COUNT ANSWER       measures a peer
locate check SET COUNT ANSWER...   compares answers with shapely's
"""

import sys

import numpy as np

from .engines import ENGINES
from .files import keep, points, present, take, zones, zones_wkb
from .timing import agreement, measure

OUTSIDE = 2**32 - 1
QUERY = (
    "SELECT points.id AS point, zones.id AS zone FROM zones JOIN points ON ST_Intersects(zones.geom, points.geom)"
)


def with_shapely(lon, lat):
    import shapely

    polygons = zones().geometry.values

    def run(clock):
        with clock("points as objects"):
            places = shapely.points(lon, lat)
        # The fast way round: each zone is prepared once and meets a tree of points.
        with clock("index"):
            tree = shapely.STRtree(places)
        with clock("work"):
            return tree.query(polygons, predicate="intersects")[::-1]

    return run


def with_geopandas(lon, lat):
    import geopandas

    polygons = zones()[["geometry"]]

    def run(clock):
        with clock("points as objects"):
            places = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat, crs=polygons.crs))
        with clock("index"):
            places.sindex
        with clock("work"):
            joined = geopandas.sjoin(polygons, places, predicate="intersects")
            return joined["index_right"].to_numpy(), joined.index.to_numpy()

    return run


def with_engine(engine, lon, lat):
    engine.shapes("zones", zones_wkb())
    engine.points("points", lon, lat)

    def run(clock):
        with clock("work"):
            found = engine.ask(QUERY)
            return found["point"].to_numpy(), found["zone"].to_numpy()

    return run


def smallest_key(count, pairs):
    """The zone of each point; of several the one with the smallest key, which has the smallest number."""
    found = np.full(count, OUTSIDE, "<u4")
    np.minimum.at(found, pairs[0], pairs[1].astype("<u4"))
    return found


def check(count, answers):
    right = take("shapely", "zone")
    for answer in present(answers):
        found = take(answer, "zone")
        n = min(len(found), len(right), count)
        wrong = int((found[:n] != right[:n]).sum())
        agreement(answer, wrong == 0, f"{wrong} of {n:,} points in another zone than by shapely")


def main(tool, subset, count, *answers):
    if tool == "check":
        return check(int(count), answers)
    lon, lat = points(subset, int(count))
    if tool in ENGINES:
        run = with_engine(ENGINES[tool](), lon, lat)
    else:
        run = {"shapely": with_shapely, "geopandas": with_geopandas}[tool](lon, lat)
    keep(answers[0], zone=smallest_key(len(lon), measure(run, len(lon))))


if __name__ == "__main__":
    main(*sys.argv[1:])
