"""SedonaDB and DuckDB with as many threads as everyone else, and tables in their own form."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from .timing import THREADS


class Engine:
    """Tables `name(id, geom)`, and queries that answer with Arrow."""

    def points(self, name, lon, lat):
        self.table(name, {"id": np.arange(len(lon)), "lon": lon, "lat": lat}, "ST_Point(lon, lat)")

    def shapes(self, name, wkb):
        self.table(name, {"id": np.arange(len(wkb)), "wkb": wkb}, "ST_GeomFromWKB(wkb)")


class Sedona(Engine):
    def __init__(self):
        import sedonadb

        self.engine = sedonadb.connect()
        self.engine.sql(f"SET datafusion.execution.target_partitions = {THREADS}").execute()

    def table(self, name, columns, geometry):
        self.engine.create_data_frame(pa.table(columns)).to_view("raw", overwrite=True)
        self.engine.sql(f"SELECT id, {geometry} AS geom FROM raw").to_memtable().to_view(name)

    def ask(self, query):
        return self.engine.sql(query).to_arrow_table()


class Duck(Engine):
    """Its extension comes from a package, not from the network."""

    def __init__(self):
        import duckdb
        import duckdb_extension_spatial

        folder = Path(duckdb_extension_spatial.__file__).parent
        self.engine = duckdb.connect(config={"threads": THREADS})
        self.engine.load_extension(str(next(folder.rglob("spatial.duckdb_extension"))))

    def table(self, name, columns, geometry):
        self.engine.register("raw", pa.table(columns))
        self.engine.execute(f"CREATE TABLE {name} AS SELECT id, {geometry} AS geom FROM raw")

    def ask(self, query):
        return self.engine.execute(query).to_arrow_table()


ENGINES = {"sedonadb": Sedona, "duckdb": Duck}
