"""Makes the data of all tasks from the real files, the same at every run.

data.py SOURCE TARGET full|quick: SOURCE holds the files of Mexico, TARGET gets what the tasks read.
"""

import csv
import json
import os
import sys
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

# Trials look at these states only: Chiapas, Tabasco, Veracruz.
QUICK_STATES = ("07", "27", "30")
BOUNDS = (-118.6, 14.4, -86.5, 32.8)
SPREAD_DEG = 0.05
VERTICES = 200


def main(source, target, mode):
    quick = mode == "quick"
    target.mkdir(parents=True, exist_ok=True)
    mexico = target / "mexico"
    if quick:
        source = part_of_mexico(source, mexico)
    else:
        mexico.symlink_to(source, target_is_directory=True)
    for name, file in (("zones", "municipalities_full.fgb"), ("simplified", "municipalities.geojson")):
        zones = geopandas.read_file(source / file, use_arrow=True).sort_values("cvegeo", ignore_index=True)
        zones.to_parquet(target / f"{name}.parquet")
    towns, people = centres(source)
    points = 1_000_000 if quick else 10_000_000
    scatter(target, towns, people, points)
    walks(target, towns, people, 200 if quick else 20_000)
    railways(target, source)
    rng = np.random.default_rng(10)
    chosen = towns[rng.choice(len(towns), 300, p=people)]
    write_points(target / "sites", *(chosen + rng.normal(0, SPREAD_DEG, chosen.shape)).T)


def part_of_mexico(source, folder):
    """The same files with the zones of a few states."""
    folder.mkdir(exist_ok=True)
    for path in source.iterdir():
        if path.name.startswith("municipalit") and path.suffix in (".fgb", ".geojson"):
            zones = geopandas.read_file(path, use_arrow=True)
            zones[zones["cvegeo"].str[:2].isin(QUICK_STATES)].to_file(folder / path.name, index=False)
        elif not (folder / path.name).exists():
            os.symlink(path, folder / path.name)
    return folder


def centres(source):
    """A place in each zone and its share of the people."""
    places = {}
    for feature in json.loads((source / "municipalities.geojson").read_text())["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "MultiPolygon":
            polygons = max(polygons, key=lambda polygon: len(polygon[0]))
        places[feature["properties"]["cvegeo"]] = np.array(polygons[0])[:, :2].mean(axis=0)
    with open(source / "municipal_indicators_2020.csv", encoding="utf-8-sig") as file:
        people = {row["cvegeo"]: float(row["pob_conapo"] or 0) for row in csv.DictReader(file)}
    keys = [key for key in people if key in places]
    weights = np.array([people[key] for key in keys])
    return np.array([places[key] for key in keys]), weights / weights.sum()


def scatter(target, towns, people, count):
    """Points clustered where people live, and points all over the bounding box; Parquet of both."""
    rng = np.random.default_rng(8)
    chosen = towns[rng.choice(len(towns), count, p=people)]
    clustered = chosen + rng.normal(0, SPREAD_DEG, (count, 2))
    west, south, east, north = BOUNDS
    uniform = rng.uniform(west, east, count), rng.uniform(south, north, count)
    for name, (lon, lat) in (("clustered", clustered.T), ("uniform", uniform)):
        write_points(target / name, lon, lat)
        pq.write_table(pa.table({"lon": lon, "lat": lat}), target / f"{name}.parquet")


def walks(target, towns, people, count):
    """Routes of 200 vertices that start where people live, with steps of about 1 km and bends."""
    rng = np.random.default_rng(9)
    start = towns[rng.choice(len(towns), count, p=people)] + rng.normal(0, SPREAD_DEG, (count, 2))
    first = rng.uniform(0, 2 * np.pi, (count, 1))
    bends = rng.normal(0, 0.4, (count, VERTICES - 2))
    heading = np.cumsum(np.hstack([first, bends]), axis=1)
    step_km = rng.uniform(0.5, 1.5, heading.shape)
    none = np.zeros((count, 1))
    lat = start[:, 1:] + np.cumsum(np.hstack([none, step_km * np.cos(heading) / 110.6]), axis=1)
    km_per_deg = 111.3 * np.cos(np.radians(start[:, 1:]))
    lon = start[:, :1] + np.cumsum(np.hstack([none, step_km * np.sin(heading) / km_per_deg]), axis=1)
    write_points(target / "routes", lon.ravel(), lat.ravel())
    np.arange(0, count * VERTICES + 1, VERTICES, dtype="<i4").tofile(target / "routes.offsets")


def railways(target, source):
    lines = geopandas.read_file(source / "railways.geojson").geometry.values
    _, xy, (offsets,) = shapely.to_ragged_array(lines)
    write_points(target / "railways", *xy[:, :2].T)
    offsets.astype("<i4").tofile(target / "railways.offsets")


def write_points(path, lon, lat):
    for axis, values in (("lon", lon), ("lat", lat)):
        np.ascontiguousarray(values, "<f8").tofile(f"{path}.{axis}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
