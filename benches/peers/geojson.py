"""GeoJSON: writing the zones, and reading what Corredor wrote.

geojson TOOL FILE            measures a peer
geojson check FILE AGAIN     compares FILE with the zones, and with what was written after reading it
"""

import sys

import numpy as np

from .files import ANSWERS, DATA, zones
from .timing import agreement, measure

RFC7946 = {"RFC7946": "YES", "COORDINATE_PRECISION": 7}


def write_pyogrio(path):
    import pyogrio

    frame = zones()

    def run(clock):
        with clock("work"):
            pyogrio.write_dataframe(frame, path, driver="GeoJSON", **RFC7946)

    return run


def write_duckdb(path):
    from .engines import Duck

    engine = Duck().engine
    engine.execute(f"CREATE TABLE zones AS FROM '{DATA / 'zones.parquet'}'")
    options = ", ".join(f"'{name}={value}'" for name, value in RFC7946.items())
    # Without the SRS it swaps the axes of EPSG:4326 and refuses its own longitudes.
    form = f"FORMAT GDAL, DRIVER 'GeoJSON', SRS 'OGC:CRS84', LAYER_CREATION_OPTIONS ({options})"
    copy = f"COPY zones TO '{path}' ({form})"

    def run(clock):
        path.unlink(missing_ok=True)
        with clock("work"):
            engine.execute(copy)

    return run


def read_pyogrio(path, use_arrow=False):
    import pyogrio

    def run(clock):
        with clock("work"):
            pyogrio.read_dataframe(path, use_arrow=use_arrow)

    return run


TOOLS = {
    "write-pyogrio": write_pyogrio,
    "write-duckdb": write_duckdb,
    "read-pyogrio": read_pyogrio,
    "read-pyogrio-arrow": lambda path: read_pyogrio(path, use_arrow=True),
}


def check(path, again):
    import geopandas
    import shapely

    same = path.read_bytes() == again.read_bytes()
    agreement("ours", same, f"read and written again: {'the same bytes' if same else 'other bytes'}")

    source, found = zones(), geopandas.read_file(path, use_arrow=True)
    texts = sum((source[name] != found[name]).sum() for name in ("cvegeo", "nom_mun", "pob"))
    differ = [
        key
        for key, ours, theirs in zip(source["cvegeo"], found.geometry, source.geometry)
        if rings(ours) != rings(shapely.transform(theirs, lambda xy: np.round(xy, 7)))
    ]
    text = (
        f"{len(found)} zones: {texts} attributes differ, "
        f"{len(differ)} geometries are not the source's rounded to seven decimals"
    )
    agreement("ours", len(found) == len(source) and not texts and not differ, text)


def rings(geometry):
    """Each ring as its positions, without repeated ones, from its smallest on, counter-clockwise."""
    import shapely

    found = []
    for ring in shapely.get_rings(geometry):
        xy = np.rint(shapely.get_coordinates(ring) * 1e7).astype(np.int64)
        xy = xy[:-1][(np.diff(xy, axis=0) != 0).any(axis=1)]
        x, y = (xy - xy[0]).T
        if (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() < 0:
            xy = xy[::-1]
        first = np.lexsort((xy[:, 1], xy[:, 0]))[0]
        found.append(np.roll(xy, -first, axis=0).tobytes())
    return sorted(found)


def main(tool, path, *again):
    path = ANSWERS / path
    if tool == "check":
        return check(path, ANSWERS.joinpath(*again))
    measure(TOOLS[tool](path), items=lambda: path.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:])
