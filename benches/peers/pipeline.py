"""The pipeline of the `mexico` template as an analyst writes it with GeoPandas and PySAL.

pipeline OUT             measures two calls in one process: the second has numba's compiled code at hand
pipeline check OUT WORK  compares its layers with those that Corredor published
"""

import time

START = time.perf_counter()

import sys

import geopandas
import pandas as pd
from esda import G_Local
from libpysal.weights import Queen
from pyproj import Geod

from .files import ANSWERS, DATA
from .timing import Clock, agreement, report

METRES = "EPSG:6372"
GEOD = Geod(ellps="WGS84")
REACH_M = 30_000
GOALPOSTS = {
    "lp_ingreso_ext_pct": (0, 80),
    "ing_2sm_pct": (30, 100),
    "sin_basica_pct": (10, 80),
    "piso_tierra_pct": (0, 40),
    "sin_agua_pct": (0, 40),
    "car_segsoc_pct": (20, 100),
    "empleo_precario_pct": (10, 100),
    "pct_primario": (0, 80),
    "loc_peq_pct": (0, 100),
    "tasa_100k": (0, 100),
}


def pipeline(data, out, clock):
    with clock("work", "read"):
        zones = geopandas.read_file(data / "municipalities_full.fgb").sort_values("cvegeo", ignore_index=True)
        table = pd.read_csv(data / "municipal_indicators_2020.csv", dtype={"cvegeo": str})
        routes = geopandas.read_file(data / "routes.geojson").to_crs(zones.crs)
        sites = pd.read_csv(data / "shelters.csv")
        sites = geopandas.GeoDataFrame(
            sites, geometry=geopandas.points_from_xy(sites["lon"], sites["lat"], crs=zones.crs)
        )
        incidents = pd.read_csv(data.parent / "americas" / "missing_migrants_2014_2023.csv").dropna(subset=["lon", "lat"])
        incidents = geopandas.GeoDataFrame(
            incidents, geometry=geopandas.points_from_xy(incidents["lon"], incidents["lat"], crs=zones.crs)
        )
    with clock("work", "score"):
        scaled = pd.DataFrame(
            {name: ((table[name] - low) / (high - low)).clip(0, 1) for name, (low, high) in GOALPOSTS.items()}
        )
        table["risk"] = scaled.mean(axis=1).where(scaled.isna().sum(axis=1) <= 4)
        zones = zones.merge(table[["cvegeo", "risk"]], on="cvegeo", how="left")
    with clock("work", "buffer"):
        reach = sites.to_crs(METRES).buffer(REACH_M).union_all()
    with clock("work", "overlay"):
        stretches = geopandas.overlay(routes, zones[["cvegeo", "risk", "geometry"]], how="intersection")
        gaps = stretches.to_crs(METRES)
        gaps["geometry"] = gaps.difference(reach)
        gaps = gaps[~gaps.is_empty].to_crs(zones.crs)
    with clock("work", "kilometres"):
        for lines in (stretches, gaps):
            lines["km"] = [GEOD.geometry_length(line) / 1000 for line in lines.geometry]
        stretches["expo_km"] = stretches["km"] * stretches["risk"]
        per_zone = stretches.groupby("cvegeo").agg(route_km=("km", "sum"), expo_km=("expo_km", "sum"))
        zones = zones.merge(per_zone, on="cvegeo", how="left").fillna({"route_km": 0.0, "expo_km": 0.0})
        zones["gap_km"] = zones["cvegeo"].map(gaps.groupby("cvegeo")["km"].sum()).fillna(0.0)
    with clock("work", "nearest"):
        places = zones[["cvegeo", "geometry"]].set_geometry(zones.representative_point()).to_crs(METRES)
        near = places.sjoin_nearest(sites[["geometry"]].to_crs(METRES), distance_col="m")
        zones["near_km"] = zones["cvegeo"].map(near.groupby("cvegeo")["m"].min()) / 1000
    with clock("work", "counts"):
        inside = incidents.sjoin(zones[["cvegeo", "geometry"]], predicate="intersects")
        zones["incidents"] = zones["cvegeo"].map(inside.groupby("cvegeo").size()).fillna(0).astype(int)
    scored = zones["risk"].notna()
    with clock("work", "queen"):
        weights = Queen.from_dataframe(zones[scored], use_index=False, silence_warnings=True)
    with clock("work", "Gi*"):
        gi = G_Local(zones.loc[scored, "risk"], weights, transform="B", star=True, permutations=999, seed=87)
        zones.loc[scored, "gi_z"], zones.loc[scored, "gi_p_sim"] = gi.Zs, gi.p_sim
    with clock("work", "write"):
        for name, layer in (
            ("hotspots", zones),
            ("stretches", stretches),
            ("gaps", gaps),
            ("routes", routes),
        ):
            layer.to_file(out / f"{name}.geojson", driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION=7)
    return zones


def measure_both(data, out):
    out.mkdir(parents=True, exist_ok=True)
    for call in ("first", "second"):
        clock = Clock()
        if call == "first":
            clock.counted["work"] = clock.details["import"] = time.perf_counter() - START
        zones = pipeline(data, out, clock)
        report(len(zones), 1, clock, call=call)


def check(out, built):
    ours, theirs = (
        geopandas.read_file(folder / "hotspots.geojson", ignore_geometry=True).set_index("cvegeo")
        for folder in (built, out)
    )
    for name, tolerance in (("risk", 1e-9), ("gi_z", 1e-6), ("incidents", 0), ("route_km", 1e-3)):
        off = (ours[name] - theirs[name]).abs()
        lacking = (ours[name].isna() != theirs[name].isna()).sum()
        text = f"{name} of {len(ours):,} zones: {lacking} lack it on one side, largest difference {off.max():.1e}"
        agreement("ours", not lacking and off.max() <= tolerance, text)
    near = (ours["near_km"] - theirs["near_km"]).abs()
    text = (
        f"near_km, whole kilometres by the geodesic beside planar ones from another point inside the zone: "
        f"median difference {near.median():.2f} km, largest {near.max():.1f} km"
    )
    agreement("geopandas", near.median() < 1, text)


def main(tool, *folders):
    if tool == "check":
        out, work = folders
        check(ANSWERS / out, ANSWERS / work / "published/current")
    else:
        measure_both(DATA / "mexico", ANSWERS / tool)


if __name__ == "__main__":
    main(*sys.argv[1:])
