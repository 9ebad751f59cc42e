"""What data.py wrote, and the answers that the checks read: bare little-endian numbers."""

import os
from pathlib import Path

import numpy as np

DATA = Path(os.environ["PEERS_DATA"])
ANSWERS = Path(os.environ["PEERS_ANSWERS"])


def points(name, count=-1):
    """The first `count` longitudes and latitudes."""
    return [np.fromfile(DATA / f"{name}.{axis}", "<f8", count) for axis in ("lon", "lat")]


def zones_wkb():
    """The geometry of the zones, in the order of their keys."""
    import pyarrow.parquet

    return pyarrow.parquet.read_table(DATA / "zones.parquet", columns=["geometry"])["geometry"]


def zones(name="zones"):
    """The same as a frame of GeoPandas."""
    import geopandas

    return geopandas.read_parquet(DATA / f"{name}.parquet")


def keep(answer, **parts):
    """Writes each part of an answer to ANSWER.part."""
    for part, values in parts.items():
        kind = "<f8" if np.asarray(values).dtype.kind == "f" else "<u4"
        np.ascontiguousarray(values, kind).tofile(ANSWERS / f"{answer}.{part}")


def present(answers):
    """Those that were given; of the others the table says why they are missing."""
    return [answer for answer in answers if any(ANSWERS.glob(f"{answer}.*"))]


def take(answer, part, kind="<u4"):
    return np.fromfile(ANSWERS / f"{answer}.{part}", kind)
