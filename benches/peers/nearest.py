"""The nearest of 300 sites of each point, and how far it is.

nearest TOOL SET COUNT ANSWER       measures a peer
nearest check SET COUNT ANSWER...   compares answers with the geodesics to all sites
"""

import sys

import numpy as np

from .engines import ENGINES
from .files import keep, points, present, take
from .timing import THREADS, agreement, measure

SITES = 300
MEXICO_METRES = "EPSG:6372"
EARTH_KM = 6371.0088
# Of the points, so many are compared with the geodesics to all sites.
SAMPLE = 2000
EQUAL_KM = 1e-9


def geopandas(lon, lat, site_lon, site_lat):
    import geopandas

    def frame(lon, lat):
        return geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat, crs="EPSG:4326"))

    points, sites = frame(lon, lat), frame(site_lon, site_lat)

    def run(clock):
        with clock("projecting"):
            here, there = points.to_crs(MEXICO_METRES), sites.to_crs(MEXICO_METRES)
        with clock("work"):
            found = here.sjoin_nearest(there, distance_col="m")
            found = found[~found.index.duplicated()]
            return found["index_right"].to_numpy(), found["m"].to_numpy() / 1000

    return run


def balltree(lon, lat, site_lon, site_lat):
    from sklearn.neighbors import BallTree

    def run(clock):
        with clock("index"):
            tree = BallTree(np.radians(np.column_stack([site_lat, site_lon])), metric="haversine")
        with clock("work"):
            angle, site = tree.query(np.radians(np.column_stack([lat, lon])))
            return site[:, 0], angle[:, 0] * EARTH_KM

    return run


def ckdtree(lon, lat, site_lon, site_lat):
    """By the chord through the ellipsoid, then one geodesic a point."""
    from pyproj import Geod
    from scipy.spatial import cKDTree

    geod = Geod(ellps="WGS84")

    def run(clock):
        with clock("index"):
            tree = cKDTree(earth_centred_km(site_lon, site_lat))
        with clock("work", "to 3-D"):
            here = earth_centred_km(lon, lat)
        with clock("work", "search"):
            site = tree.query(here, workers=THREADS)[1]
        with clock("work", "geodesics"):
            km = geod.inv(lon, lat, site_lon[site], site_lat[site])[2] / 1000
        return site, km

    return run


def earth_centred_km(lon, lat):
    a, e2 = 6378.137, 0.0066943799901413165
    lon, lat = np.radians(lon), np.radians(lat)
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    across = n * np.cos(lat)
    return np.column_stack([across * np.cos(lon), across * np.sin(lon), n * (1 - e2) * np.sin(lat)])


def sedonadb(lon, lat, site_lon, site_lat):
    engine = ENGINES["sedonadb"]()
    engine.points("points", lon, lat)
    engine.points("sites", site_lon, site_lat)
    query = (
        "SELECT points.id AS point, sites.id AS site, "
        "ST_Distance(ST_ToGeography(points.geom), ST_ToGeography(sites.geom)) / 1000 AS km "
        "FROM points JOIN sites ON ST_KNN(points.geom, sites.geom, 1, true)"
    )

    def run(clock):
        with clock("work"):
            found = engine.ask(query)
            order = np.argsort(found["point"].to_numpy())
            return found["site"].to_numpy()[order], found["km"].to_numpy()[order]

    return run


TOOLS = {"geopandas": geopandas, "balltree": balltree, "ckdtree": ckdtree, "sedonadb": sedonadb}


def check(subset, count, answers):
    from pyproj import Geod

    lon, lat = points(subset, count)
    sites = points("sites")
    geod = Geod(ellps="WGS84")
    rows = np.random.default_rng(11).choice(count, min(SAMPLE, count), replace=False)
    here = [np.repeat(axis[rows], SITES) for axis in (lon, lat)]
    to_all = geod.inv(*here, *(np.tile(axis, len(rows)) for axis in sites))[2].reshape(-1, SITES) / 1000
    right = take("ours", "site")
    for answer in present(answers):
        site, km = take(answer, "site"), take(answer, "km", "<f8")
        chosen = to_all[np.arange(len(rows)), site[rows]]
        far = int((chosen > to_all.min(axis=1) + EQUAL_KM).sum())
        km_off = np.abs(km[rows] - chosen).max()
        # Of all points, where the site is another one than ours and truly farther.
        other = np.flatnonzero(site != right)
        ends = [axis[other] for axis in (lon, lat)]
        both = [geod.inv(*ends, *(axis[s[other]] for axis in sites))[2] for s in (site, right)]
        errors = both[0] - both[1] > 1000 * EQUAL_KM
        text = (
            f"{far} of {len(rows):,} points have a nearer site by the geodesics to all of them, "
            f"distances are up to {km_off:.3g} km off"
        )
        if answer != "ours":
            worst_m = (both[0] - both[1]).max(initial=0)
            text += f"; {errors.sum():,} of all {count:,} have a farther site than Corredor's"
            text += f", by up to {worst_m:,.1f} m"
        agreement(answer, far == 0 and km_off < EQUAL_KM, text)


def main(tool, subset, count, *answers):
    if tool == "check":
        return check(subset, int(count), answers)
    lon, lat = points(subset, int(count))
    site, km = measure(TOOLS[tool](lon, lat, *points("sites")), len(lon))
    keep(answers[0], site=site, km=km)


if __name__ == "__main__":
    main(*sys.argv[1:])
