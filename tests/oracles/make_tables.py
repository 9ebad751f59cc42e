"""Writes tables of random texts and numbers as other programs write them, and what stands in each.

pip install openpyxl pyogrio geopandas shapely pandas
    python3 make_tables.py FOLDER COUNT [SEED]
    CORREDOR_TABLES=FOLDER cargo test --test lib foreign_tables

Formats: CSV (Python's csv, pandas), CSV in a zip (zipfile), XLSX (openpyxl), and by GDAL DBF, GeoJSON and GeoPackage.
What a format itself cannot hold (GDAL says so, or cuts it) is taken from what GDAL reads back.
"""

import csv
import io
import json
import os
import random
import sys
import zipfile

import geopandas
import openpyxl
import pandas as pd
import pyogrio
from shapely.geometry import Point

FORMATS = ["csv", "pandas", "zip", "xlsx", "dbf", "geojson", "gpkg"]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ áéíóúñüÑÁ,;|\t\"'/()-.0123456789ßøŁ漢字"


def text(r):
    digits = lambda low, high: "".join(r.choice("0123456789") for _ in range(r.randint(low, high)))
    return r.choice([
        lambda: digits(1, 6),
        lambda: "0" + digits(1, 5),
        lambda: f"{digits(1, 3)}.{digits(1, 3)}",
        lambda: f"{digits(1, 3)},{digits(1, 3)}",
        lambda: f"{digits(1, 2)}E{digits(1, 2)}",
        lambda: r.choice("+-") + digits(1, 12),
        lambda: digits(17, 22),
        lambda: r.choice(["NaN", "nan", "inf", "1e5", "1e-5", "TRUE", "N/D", "*", "-", "#N/A", "NULL", "None", "2024-03-04", "13:30", "=1+1"]),
        lambda: "".join(r.choice(LETTERS) for _ in range(r.randint(0, 12))),
        lambda: "",
    ])()


def column(r, rows):
    kind = r.random()
    if kind < 0.15:
        return [r.choice([None, r.randint(-10**9, 10**9)]) for _ in range(rows)]
    if kind < 0.3:
        return [r.choice([None, round(r.uniform(-1e6, 1e6), r.randint(0, 9))]) for _ in range(rows)]
    one = r.random() < 0.6
    generator = random.Random(r.random())
    make = (lambda: text(generator)) if not one else None
    if one:
        # A column of one kind, as columns are.
        state = r.randint(0, 9)
        def make():
            for _ in range(40):
                candidate = text(generator)
                if kind_of(candidate) == state:
                    return candidate
            return candidate
    return [make() for _ in range(rows)]


def kind_of(t):
    if t.isdigit():
        return 1 if t.startswith("0") else (6 if len(t) > 16 else 0)
    if "." in t and t.replace(".", "", 1).isdigit():
        return 2
    if "," in t and t.replace(",", "", 1).isdigit():
        return 3
    if "E" in t and t.replace("E", "", 1).isdigit():
        return 4
    if t[:1] in "+-" and t[1:].isdigit():
        return 5
    return 7 if len(t) < 4 else 8


def table(r):
    rows = r.randint(1, 9)
    names = [f"f{i}" for i in range(r.randint(1, 5))]
    return names, [column(r, rows) for _ in names]


def as_text(value):
    return "" if value is None else str(value)


def clean_rows(columns):
    return [list(row) for row in zip(*columns)]


def blank(row):
    return all(v is None or str(v).strip() == "" for v in row)


def write(folder, number, r):
    form = r.choice(FORMATS)
    names, columns = table(r)
    rows = clean_rows(columns)
    base = f"t{number}"
    if form in ("csv", "zip"):
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=r.choice(",;\t|"), lineterminator=r.choice(["\n", "\r\n"]),
                            quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        writer.writerow(names)
        writer.writerows([[as_text(v) for v in row] for row in rows])
        data = (b"\xef\xbb\xbf" if r.random() < 0.2 else b"") + out.getvalue().encode()
        rows = [[as_text(v) for v in row] for row in rows]
        if form == "csv":
            name = f"{base}.csv"
            open(os.path.join(folder, name), "wb").write(data)
        else:
            name = f"{base}.zip"
            with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as z:
                z.writestr(f"{base}.csv", data)
        rows = [row for row in rows if not blank(row)]
    elif form == "pandas":
        name = f"{base}.csv"
        frame = pd.DataFrame(dict(zip(names, columns)), dtype=object)
        frame.to_csv(os.path.join(folder, name), index=False)
        rows = [[as_text(v) for v in row] for row in rows if not blank(row)]
    elif form == "xlsx":
        name = f"{base}.xlsx"
        book = openpyxl.Workbook()
        sheet = book.active
        for at, header in enumerate(names, 1):
            sheet.cell(1, at, header)
        for i, row in enumerate(rows, 2):
            for j, value in enumerate(row, 1):
                cell = sheet.cell(i, j)
                cell.value = value
                if isinstance(value, str) and value:
                    cell.value = value
                    cell.data_type = "s"
        book.save(os.path.join(folder, name))
        # openpyxl leaves out what XML cannot hold.
        rows = [[None if v == "" else v for v in row] for row in rows]
        rows = [row for row in rows if not blank(row)]
    else:
        # GDAL's drivers hold one type a field.
        columns = [c if all(isinstance(v, (int, type(None))) for v in c) and form != "dbf" else
                   [as_text(v) if v is not None else None for v in c] for c in columns]
        frame = pd.DataFrame({n: pd.Series(c, dtype="Int64" if all(isinstance(v, (int, type(None))) for v in c) and any(v is not None for v in c) else object) for n, c in zip(names, columns)})
        ending, driver = {"dbf": ("dbf", "ESRI Shapefile"), "geojson": ("geojson", "GeoJSON"), "gpkg": ("gpkg", "GPKG")}[form]
        name = f"{base}.{ending}"
        path = os.path.join(folder, name)
        if form == "geojson":
            features = [{"type": "Feature", "properties": {n: (None if v is None else (int(v) if isinstance(v, int) else v)) for n, v in zip(names, row)},
                         "geometry": {"type": "Point", "coordinates": [1.0, 2.0]}} for row in clean_rows(columns)]
            json.dump({"type": "FeatureCollection", "features": features}, open(path, "w"), ensure_ascii=r.random() < 0.5)
        elif form == "dbf":
            pyogrio.write_dataframe(frame, path, driver=driver, encoding="UTF-8")
            # GDAL takes the blanks at both ends for filling, and what is empty for nothing.
            columns = [[None if v is None or v.strip(" \t") == "" else v.strip(" ") for v in c] for c in columns]
        else:
            pyogrio.write_dataframe(geopandas.GeoDataFrame(frame, geometry=[Point(1, 2)] * len(frame), crs=4326), path, driver=driver, layer="t")
        rows = clean_rows(columns)
    return {"file": name, "format": form, "columns": names, "rows": rows}


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "manifest.jsonl"), "w") as manifest:
        for number in range(count):
            r = random.Random(seed * 10**9 + number)
            manifest.write(json.dumps(write(folder, number, r)) + "\n")


main()
