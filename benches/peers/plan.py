"""What `make bench` runs: for each task its measurements, table by table, and what is compared afterwards."""

from dataclasses import dataclass

FULL, SIMPLE = "municipalities_full.fgb", "municipalities.geojson"
SETS = ("clustered", "uniform")


@dataclass
class Measure:
    """One process. Its time and memory are a row of a table, or several where it has several `tools`."""

    table: str
    tools: tuple
    args: tuple
    ours: bool
    bench: bool  # whether Cargo's bench `peers` runs it, or a Python module of this folder
    threads: int = 0  # 0: as many as the run has
    used: str = ""  # how many threads the tool makes use of, where not all
    note: str = ""


@dataclass
class Check:
    """A comparison of answers. The run fails where one whose name begins with `ours` disagrees."""

    table: str
    args: tuple


def ours(table, tool, *args, **more):
    return Measure(table, (tool,), args, ours=True, bench=True, **more)


def program(table, tool, *args):
    """Ours, but the whole program and not the library."""
    return Measure(table, (tool,), args, ours=True, bench=False)


def peer(table, tool, *args, **more):
    tools = tool if isinstance(tool, tuple) else (tool,)
    return Measure(table, tools, args, ours=False, bench=False, **more)


def check(table, *args):
    return Check(table, args)


def locate(quick):
    few, many = (20_000, 1_000_000) if quick else (1_000_000, 10_000_000)
    for subset in SETS:
        for count in (few, many):
            yield ours(subset, "Corredor", "locate", FULL, subset, count, f"ours-{count}")
        yield ours(subset, "Corredor, saved index", "saved", FULL, subset, many, "ours-saved")
        for count in (few, many):
            yield peer(subset, "SedonaDB", "locate", "sedonadb", subset, count, f"sedonadb-{count}")
        yield peer(subset, "shapely `STRtree`", "locate", "shapely", subset, few, "shapely", used="1")
        yield peer(subset, "GeoPandas `sjoin`", "locate", "geopandas", subset, few, "geopandas", used="1")
        yield peer(subset, "DuckDB", "locate", "duckdb", subset, few, "duckdb")
        answers = [f"{tool}-{count}" for tool in ("ours", "sedonadb") for count in (few, many)]
        yield check(subset, "locate", "check", subset, few, "ours-saved", *answers, "geopandas", "duckdb")


def sql(quick):
    count = 1_000_000 if quick else 10_000_000
    for subset in SETS:
        yield ours(subset, "Corredor", "sql", FULL, subset, count, "ours")
        yield peer(subset, "SedonaDB", "sql", "sedonadb", subset, count, "sedonadb")
        yield peer(subset, "DuckDB", "sql", "duckdb", subset, count, "duckdb")
        yield check(subset, "sql", "check", "ours", "sedonadb", "duckdb")


def overlay(quick):
    for lines, counts in (("routes", (20, 200) if quick else (1_000, 20_000)), ("railways", (111,))):
        for count in counts:
            yield ours(lines, "Corredor", "overlay", FULL, lines, count, f"ours-{count}")
            yield peer(
                lines, "shapely and pyproj", "overlay", "shapely", lines, count, f"shapely-{count}", used="1"
            )
            yield peer(
                lines,
                "SedonaDB",
                "overlay",
                "sedonadb",
                lines,
                count,
                f"sedonadb-{count}",
                note="spherical lengths",
            )
            yield peer(lines, "DuckDB", "overlay", "duckdb", lines, count, f"duckdb-{count}")
            answers = [f"{tool}-{count}" for tool in ("ours", "sedonadb", "duckdb")]
            yield check(lines, "overlay", "check", f"shapely-{count}", *answers)


def nearest(quick):
    count = 20_000 if quick else 1_000_000
    table = "300 sites"
    tools = {
        "geopandas": ("GeoPandas `sjoin_nearest`", "1", "planar, in EPSG:6372"),
        "balltree": ("scikit-learn `BallTree`", "1", "haversine"),
        "ckdtree": ("scipy `cKDTree` and pyproj", "", "chords in 3-D; the geodesics on one thread"),
        "sedonadb": ("SedonaDB `ST_KNN`", "", "on the sphere"),
    }
    yield ours(table, "Corredor", "nearest", "uniform", count, "sites", "ours")
    for tool, (name, used, note) in tools.items():
        yield peer(table, name, "nearest", tool, "uniform", count, tool, used=used, note=note)
    yield check(table, "nearest", "check", "uniform", count, "ours", *tools)


def contiguity(quick):
    for table, layer, file in (("full", "zones", FULL), ("simplified", "simplified", SIMPLE)):
        yield ours(table, "Corredor", "contiguity", file, "ours")
        yield peer(table, "libpysal `Queen`", "contiguity", "libpysal", layer, "libpysal", used="1")
        yield peer(table, "pygeoda `queen_weights`", "contiguity", "pygeoda", layer, "pygeoda", used="1")
        yield check(table, "contiguity", "check", "ours", "pygeoda")


def build(quick):
    table = "the `mexico` template"
    yield program(table, "Corredor", "build", "work")
    tools = ("GeoPandas and PySAL", "the same, called again")
    yield peer(table, tools, "pipeline", "pipeline", used="1, Gi\\* all")
    yield check(table, "pipeline", "check", "pipeline", "work")


def geojson(quick):
    yield ours("write", "Corredor", "write", FULL, "ours.geojson")
    yield peer("write", "pyogrio", "geojson", "write-pyogrio", "pyogrio.geojson", used="1")
    yield peer("write", "DuckDB", "geojson", "write-duckdb", "duckdb.geojson")
    file = "../write/ours.geojson"
    yield ours("read", "Corredor", "read", file, "again.geojson")
    yield peer("read", "pyogrio", "geojson", "read-pyogrio", file, used="1")
    yield peer("read", "pyogrio, Arrow", "geojson", "read-pyogrio-arrow", file, used="1")
    yield check("read", "geojson", "check", file, "again.geojson")


def scale(quick):
    most = 7 if quick else 10
    for subset in SETS:
        for exponent in range(5, most):
            for threads in (1, 0):
                yield ours(
                    f"points, {subset}", "Corredor", "scale", FULL, subset, 10**exponent, 1, threads=threads
                )
    count = 10 ** min(7, most - 1)
    for copies in (1, 2, 4) if quick else (1, 2, 4, 8, 16):
        for threads in (1, 0):
            yield ours("zones", "Corredor", "scale", FULL, "clustered", count, copies, threads=threads)


def stream(quick):
    one, files = (1_000_000, 3) if quick else (10_000_000, 100)
    for subset in SETS:
        for count in (1, files):
            yield program(subset, "`corredor locate`", "stream", "corredor", subset, count, f"ours-{count}")
            for tool in ("pyarrow", "DuckDB"):
                name = f"{tool}, decoding alone"
                yield peer(subset, name, "stream", tool.lower(), subset, count)
        yield peer(subset, "SedonaDB", "stream", "sedonadb", subset, 1, "sedonadb-1")
        yield ours(subset, "Corredor, points in memory", "locate", FULL, subset, one, "memory")
        for count, answers in ((1, ["ours-1", "sedonadb-1"]), (files, [f"ours-{files}"])):
            yield check(subset, "stream", "check", count, *answers)


TASKS = {
    "locate": locate,
    "sql": sql,
    "overlay": overlay,
    "nearest": nearest,
    "contiguity": contiguity,
    "build": build,
    "geojson": geojson,
    "scale": scale,
    "stream": stream,
}
