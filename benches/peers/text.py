"""The words of docs/benchmarks.md."""

INTRO = """\
# Benchmarks

Corredor beside the tools that people use today, on the same data, on the same machine, in one run. `make bench`
writes this page; nothing on it is typed by hand but the words.

```sh
make bench                          # all of it, an hour or two; installs the peers first
make bench BENCH="locate overlay"   # some tasks; the others stay as they were, with their date
make bench QUICK=1                  # small data, a few minutes, to see that it works; leaves this page alone
```

The peers are installed from PyPI, with the versions in `benches/peers/requirements.txt`, into
`~/.cache/corredor-bench` (or below `$XDG_CACHE_HOME`), where data, answers and results stay too. Real data come
from `$CORREDOR_DATA` or `../shared/data`; without them nothing runs, and that is said.

## How it is measured

- Every measurement is a process of its own, one after the other, and all have the same number of processors.
  `threads` says how many a tool makes use of; many peers use one, whatever they are given.
- One run to warm up, then the median of five. What takes more than 20 s runs once, cold: `runs` says 1.
- Reading the zones is not counted, except where a task goes from files to files, nor is bringing points, lines
  and zones into a tool's own form; where that takes a peer long, a note says so.
- `index` is what builds before the first answer. Peers that build inside their query show none: it is in `rest`.
- `memory` is the peak of the whole process: program, data, index, answers.
- `×` is how many times as long as Corredor a peer takes: `together` with the index built, `standing` once
  Corredor's index stands (the peer's `rest` against Corredor's). Below 1 the peer is faster.
- Answers are compared after each measurement. A disagreement of ours fails the run; one of a peer is told.
- Data are the same at every run: `benches/peers/data.py` makes them from the real files with fixed seeds.
"""

# Title, unit of the rows, and what is done.
TASKS = {
    "locate": (
        "Points in zones",
        "points",
        "The 2,475 municipalities at full resolution, 3.7 million vertices. Points clustered where people live, with a\n"
        "spread of 0.05 degrees, and points all over the bounding box. Each tool answers with the zone of every point\n"
        "(peers: pairs of point and zone). The oracle is shapely: of the zones that intersect a point, the one with the\n"
        "smallest key.",
    ),
    "sql": (
        "Points in zones by SQL",
        "points",
        "The same points and zones, and the same text in each engine: `benches/peers/join.sql`, the number of points of\n"
        "each zone. Tables lie in memory in each engine's own form. Corredor's `index` is what the first query of a\n"
        "session takes longer than the next; the library's times stand under *Points in zones*.",
    ),
    "overlay": (
        "Lines over zones",
        "lines",
        "Kilometres of each line in each municipality at full resolution. Routes are random walks of 200 vertices about\n"
        "1 km apart that start where people live; the railways are the 111 of Natural Earth. The oracle is the\n"
        "intersection by shapely, measured by PROJ's geodesics in one call. Corredor cuts the lines into stretches, in\n"
        "order, and adds these up; it draws no geometry for that, while the peers measure the one they draw.",
    ),
    "nearest": (
        "Nearest site",
        "points",
        "The nearest of 300 sites and its distance, for points all over the bounding box. The oracle is PROJ's geodesic\n"
        "to all 300.",
    ),
    "contiguity": (
        "Neighbours",
        "zones",
        "Queen contiguity of the municipalities, full and simplified (112,242 vertices). The oracle is libpysal.",
    ),
    "build": (
        "The whole pipeline",
        "zones",
        "The `mexico` template from files to published layers, beside the same as an analyst writes it with GeoPandas\n"
        "and PySAL (`benches/peers/pipeline.py`): read, score, buffer, overlay, kilometres, nearest, counts, queen, Gi*\n"
        "with 999 permutations, write. The first call counts imports and the compilation that numba does once a process;\n"
        "the second call does not. Corredor is measured as a process, start to end, each time in a new workspace; it\n"
        "also dissolves states and country, ranks priorities, and writes CSV, styles and metadata, which the peers'\n"
        "pipeline leaves out.",
    ),
    "geojson": (
        "GeoJSON",
        "MB",
        "The municipalities at full resolution as RFC 7946 with seven decimals, and that file read again. Corredor's\n"
        "time includes the proof that every polygon is valid after rounding, and reading includes a checksum.",
    ),
    "scale": (
        "How costs grow",
        "points",
        "Corredor alone. Up to 10 million points are looked up at once; more are the same 10 million again and again,\n"
        "since a billion points are 16 GB. Copies of the municipalities stand side by side, four to a row, and the\n"
        "points are spread over them.\n\n"
        "Where it bends, and why. Points: from a million on, twice the points take twice the time. Below some 530,000 (a\n"
        "seventh of the vertices) zones are indexed in bands, which stand sooner and answer tens of times slower. Zones:\n"
        "building grows with the vertices, a little faster than they do; a look-up always takes the same few steps, but\n"
        "its index outgrows the caches and then what the processor knows of pages, so that 16 times the zones cost two\n"
        "and a half times as much a point. Threads: two share the way to memory and are 1.6 to 2.2 times one.",
    ),
    "stream": (
        "A billion points from files",
        "points",
        "`corredor locate` from Parquet to counts per municipality: the whole command, with reading the zones and\n"
        "building the index. The files are hard links to one of 10 million points, as pyarrow writes it, so they come\n"
        "from the page cache but are decoded each time. Beside it: decoding alone, and points that lie in memory.",
    ),
}

# Who gave an answer.
NAMES = {
    "ours": "Corredor",
    "shapely": "shapely",
    "geopandas": "GeoPandas",
    "sedonadb": "SedonaDB",
    "duckdb": "DuckDB",
    "balltree": "scikit-learn",
    "ckdtree": "scipy",
    "libpysal": "libpysal",
    "pygeoda": "pygeoda",
}
