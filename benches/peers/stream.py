"""Points from Parquet to counts per zone, in one command: 10 million to a file, and as many links to it as wanted.

stream corredor SET FILES ANSWER    measures `corredor locate`
stream pyarrow|duckdb SET FILES     measures decoding alone
stream sedonadb SET FILES ANSWER    measures the same counts by SQL
stream check FILES ANSWER...        compares counts with those of the points in memory
"""

import csv
import json
import os
import shutil
import subprocess
import sys

import numpy as np

from .files import ANSWERS, DATA, keep, present, take, zones
from .timing import THREADS, agreement, children_mb, measure

OUTSIDE = 2**32 - 1


def folder_of(subset, files):
    """A folder of hard links to one file: the disk holds it once, a reader decodes it every time."""
    folder = DATA / f"{subset}-{files}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number in range(files):
        os.link(DATA / f"{subset}.parquet", folder / f"{number:04}.parquet")
    return folder


def corredor(folder, answer):
    counts = ANSWERS / f"{answer}.csv"
    layer = DATA / "mexico" / "municipalities_full.fgb"
    command = [
        os.environ["PEERS_CORREDOR"],
        "--json",
        "locate",
        folder,
        layer,
        "--key",
        "cvegeo",
        "--out",
        counts,
    ]

    def run(clock):
        counts.unlink(missing_ok=True)
        with clock("work"):
            done = subprocess.run(command, check=True, capture_output=True)
        said = json.loads(done.stdout)
        clock.counted["index"] = said["index_seconds"]
        clock.counted["work"] -= said["index_seconds"]
        clock.details["from the first point to the file"] = said["seconds"]

    return run


def counted(answer):
    """What `corredor locate` wrote, in the order of the zones."""
    with open(ANSWERS / f"{answer}.csv", encoding="utf-8") as file:
        rows = {row["cvegeo"]: int(row["count"]) for row in csv.DictReader(file)}
    return np.array([rows.get(key, 0) for key in zones()["cvegeo"]])


def pyarrow(folder):
    import pyarrow
    import pyarrow.dataset

    pyarrow.set_cpu_count(THREADS)

    def run(clock):
        with clock("work"):
            batches = pyarrow.dataset.dataset(folder).to_batches(columns=["lon", "lat"])
            return sum(batch.num_rows for batch in batches)

    return run


def duckdb(folder):
    from .engines import Duck

    engine = Duck()

    def run(clock):
        with clock("work"):
            engine.ask(f"SELECT sum(lon), sum(lat) FROM '{folder}/*.parquet'")

    return run


def sedonadb(folder):
    from .engines import Sedona
    from .files import zones_wkb

    engine = Sedona()
    engine.shapes("zones", zones_wkb())
    engine.engine.read_parquet(f"{folder}/").to_view("points")
    query = (
        "SELECT zones.id AS zone, count(*) AS points FROM zones "
        "JOIN points ON ST_Intersects(zones.geom, ST_Point(points.lon, points.lat)) GROUP BY zones.id"
    )

    def run(clock):
        with clock("work"):
            return engine.ask(query)

    return run


def check(files, answers):
    found = take("memory", "zone")
    inside = np.bincount(found[found != OUTSIDE], minlength=len(zones())) * files
    for answer in present(answers):
        off = np.abs(take(answer, "count").astype(int) - inside).sum()
        agreement(
            answer, off == 0, f"{inside.sum():,} points in zones, {off} counted otherwise than in memory"
        )


READERS = {"pyarrow": pyarrow, "duckdb": duckdb, "sedonadb": sedonadb}


def main(tool, *args):
    if tool == "check":
        return check(int(args[0]), args[1:])
    subset, files, *rest = args
    folder = folder_of(subset, int(files))
    items = (DATA / f"{subset}.lon").stat().st_size // 8 * int(files)
    if tool == "corredor":
        measure(corredor(folder, *rest), items, peak_mb=children_mb)
        keep(*rest, count=counted(*rest))
    else:
        found = measure(READERS[tool](folder), items)
        if tool == "sedonadb":
            zone, points = found["zone"].to_numpy(), found["points"].to_numpy()
            keep(rest[0], count=np.bincount(zone, points, len(zones())).astype(int))


if __name__ == "__main__":
    main(*sys.argv[1:])
