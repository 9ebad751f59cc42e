#!/usr/bin/env python3
"""The checker itself: each fault it must find, planted in a file that is otherwise good."""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check import check  # noqa: E402

GOOD = (
    '{"type":"FeatureCollection","name":"t","bbox":[0,0,4,4],"features":['
    '{"type":"Feature","id":"a","properties":{"code":"a","n":1.0},"geometry":{"type":"MultiPolygon",'
    '"coordinates":[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,2],[2,2],[1,1]]]]}},'
    '{"type":"Feature","id":"b","properties":{"code":"b","n":null},"geometry":null}]}'
)

FAULTS = {
    "a crs": ('"name":"t"', '"name":"t","crs":{}', "crs"),
    "clockwise": ("[4,0],[4,4],[0,4]", "[0,4],[4,4],[4,0]", "clockwise"),
    "hole": ("[1,2],[2,2]", "[2,2],[1,2]", "counter-clockwise"),
    "open": ("[0,4],[0,0]]", "[0,4]]", "not closed"),
    "short": ("[1,2],[2,2],[1,1]", "[1,2],[1,1]", "ring of 3"),
    "flat": ("[1,2],[2,2]", "[1,2],[1,3]", "without area"),
    "duplicate": ("[4,0],[4,4]", "[4,0],[4,0.0],[4,4]", "twice in a row"),
    "decimals": ("[2,2]", "[2.00000001,2]", "decimals"),
    "minus zero": ("[4,0]", "[4,-0]", "minus zero"),
    "exponent": ("[4,0]", "[4,0e0]", "fixed-point"),
    "range": ("[4,4]", "[4,94]", "off the globe"),
    "bbox": ("[0,0,4,4]", "[0,0,4,5]", "bbox"),
    "id": ('"id":"b"', '"id":"a"', "id stands twice"),
    "number id": ('"id":"b"', '"id":7', "not a text"),
    "key": ('"code":"b"', '"code":"c"', "not the key"),
    "names": ('"code":"b","n"', '"code":"b","m"', "other properties"),
    "types": ('"code":"b","n":null', '"code":"b","n":1', "several types"),
    "kinds": ("null}]}", '{"type":"Point","coordinates":[1,1]}}]}', "several geometry"),
    "nan": ('"n":1.0', '"n":NaN', "NaN"),
    "no geometry": (',"geometry":null', "", "no member `geometry`"),
    "cut off": ("]}", "", "Error"),
    "tail": ("null}]}", "null}]}x", "behind"),
}


def run(text):
    with tempfile.NamedTemporaryFile("w", suffix=".geojson", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return check(file.name, "code")


def main():
    good = run(GOOD)
    assert not good.count, good.problems
    assert json.loads(GOOD)["features"]
    for name, (old, new, expected) in FAULTS.items():
        assert old in GOOD, name
        head, _, tail = GOOD.rpartition(old) if name in ("cut off", "open") else GOOD.partition(old)
        found = run(head + new + tail)
        assert any(expected in problem for problem in found.problems), (name, found.problems)
    print(f"check.py finds {len(FAULTS)} of {len(FAULTS)} planted faults")


if __name__ == "__main__":
    main()
