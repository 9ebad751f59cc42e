#!/usr/bin/env python3
"""Checks GeoJSON files against RFC 7946, independently of the code that wrote them.

usage: check.py FILE... [--key FIELD]

Needs nothing but Python 3. Coordinates are compared as the digits that stand in the file, one feature at a
time, so that a file of 100 MB takes some 20 seconds and little memory. Exit code 1 with one line a problem.
"""

import argparse
import json
import sys

DECIMALS = 7
SHOWN = 20
KINDS = {"Point", "LineString", "MultiPolygon", "Polygon", "MultiPoint", "MultiLineString"}


class Digits(str):
    """A number as it stands in the file."""

    __slots__ = ()


class Refused(Exception):
    """The file cannot be read on."""


def refuse_constant(name):
    raise Refused(f"{name} is not JSON")


def unique_members(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused(f"a member stands twice in {[k for k, _ in pairs]}")
    return members


DECODER = json.JSONDecoder(
    parse_float=Digits, parse_int=Digits, parse_constant=refuse_constant, object_pairs_hook=unique_members
)


def skip(text, at):
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def expect(text, at, sign):
    at = skip(text, at)
    if text[at : at + 1] != sign:
        raise Refused(f"character {at}: `{sign}` expected, `{text[at:at + 1]}` found")
    return skip(text, at + 1)


def members(text):
    """Yields (name, value) of the top object; for `features` one value a feature."""
    at = expect(text, 0, "{")
    while text[at : at + 1] != "}":
        name, at = DECODER.raw_decode(text, at)
        at = expect(text, at, ":")
        if name == "features":
            at = expect(text, at, "[")
            yield "features", None
            while text[at : at + 1] != "]":
                value, at = DECODER.raw_decode(text, at)
                yield "feature", value
                at = skip(text, at)
                if text[at : at + 1] == ",":
                    at = skip(text, at + 1)
                    if text[at : at + 1] == "]":
                        raise Refused("a comma before the end of `features`")
            at += 1
        else:
            value, at = DECODER.raw_decode(text, at)
            yield name, value
        at = skip(text, at)
        if text[at : at + 1] == ",":
            at = skip(text, at + 1)
    if skip(text, at + 1) != len(text):
        raise Refused("something stands behind the collection")


def units(digits):
    """The number in units of the last decimal, or an error text."""
    if not isinstance(digits, Digits):
        return f"{digits!r} is not a number"
    whole, _, part = digits.partition(".")
    if len(part) > DECIMALS:
        return f"{digits} has more than {DECIMALS} decimals"
    try:
        value = int(whole + part.ljust(DECIMALS, "0"))
    except ValueError:
        return f"{digits} is not written fixed-point"
    if value == 0 and whole[0] == "-":
        return f"{digits} is minus zero"
    return value


class Check:
    def __init__(self, key):
        self.key = key
        self.problems = []
        self.count = 0
        self.ids = set()
        self.kinds = {}
        self.names = None
        self.types = {}
        self.features = self.vertices = self.null = 0
        self.west = self.south = 10**12
        self.east = self.north = -(10**12)

    def problem(self, text):
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(text)

    def positions(self, where, coordinates):
        """Positions as whole units; None where something is wrong with them."""
        out = []
        for position in coordinates:
            if len(position) != 2:
                self.problem(f"{where}: a position of {len(position)} numbers")
                return None
            lon, lat = units(position[0]), units(position[1])
            for value in (lon, lat):
                if isinstance(value, str):
                    self.problem(f"{where}: {value}")
                    return None
            if not (-1_800_000_000 <= lon <= 1_800_000_000 and -900_000_000 <= lat <= 900_000_000):
                self.problem(f"{where}: {position[0]}, {position[1]} is off the globe")
            if out and out[-1] == (lon, lat):
                self.problem(f"{where}: {position[0]}, {position[1]} stands twice in a row")
            out.append((lon, lat))
        if out:
            lons, lats = [p[0] for p in out], [p[1] for p in out]
            self.west, self.east = min(self.west, min(lons)), max(self.east, max(lons))
            self.south, self.north = min(self.south, min(lats)), max(self.north, max(lats))
        self.vertices += len(out)
        return out

    def ring(self, where, coordinates, exterior):
        ring = self.positions(where, coordinates)
        if ring is None:
            return
        if len(ring) < 4:
            self.problem(f"{where}: a ring of {len(ring)} positions")
            return
        if ring[0] != ring[-1]:
            self.problem(f"{where}: a ring that is not closed")
        x0, y0 = ring[0]
        area, ax, ay = 0, 0, 0
        for x, y in ring:
            bx, by = x - x0, y - y0
            area += ax * by - bx * ay
            ax, ay = bx, by
        if area == 0:
            self.problem(f"{where}: a ring without area")
        elif (area > 0) != exterior:
            self.problem(f"{where}: {'an exterior ring runs clockwise' if exterior else 'a hole runs counter-clockwise'}")

    def geometry(self, where, geometry):
        if set(geometry) != {"type", "coordinates"}:
            self.problem(f"{where}: members of the geometry: {sorted(geometry)}")
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind not in KINDS:
            self.problem(f"{where}: geometry type {kind}")
            return
        self.kinds.setdefault(kind, where)
        if kind == "Point":
            self.positions(where, [coordinates])
        elif kind == "MultiPoint":
            for point in coordinates:
                self.positions(where, [point])
        elif kind in ("LineString", "MultiLineString"):
            for line in [coordinates] if kind == "LineString" else coordinates:
                found = self.positions(where, line)
                if found is not None and len(found) < 2:
                    self.problem(f"{where}: a line of {len(found)} positions")
        else:
            polygons = [coordinates] if kind == "Polygon" else coordinates
            if not polygons:
                self.problem(f"{where}: an empty MultiPolygon")
            for polygon in polygons:
                if not polygon:
                    self.problem(f"{where}: a polygon without rings")
                for index, ring in enumerate(polygon):
                    self.ring(where, ring, index == 0)

    def feature(self, feature):
        self.features += 1
        ident = feature.get("id")
        where = f"feature {ident!r}"
        if feature.get("type") != "Feature":
            self.problem(f"{where}: type {feature.get('type')!r}")
        if not isinstance(ident, str) or isinstance(ident, Digits) or not ident:
            self.problem(f"feature number {self.features}: id {ident!r} is not a text")
        elif ident in self.ids:
            self.problem(f"{where}: the id stands twice")
        self.ids.add(ident)
        if "crs" in feature:
            self.problem(f"{where}: has a crs")
        properties = feature.get("properties")
        if not isinstance(properties, dict):
            self.problem(f"{where}: properties are {properties!r}")
            properties = {}
        if self.key and properties.get(self.key) != ident:
            self.problem(f"{where}: the id is not the key `{self.key}` = {properties.get(self.key)!r}")
        if self.names is None:
            self.names = list(properties)
        elif list(properties) != self.names:
            self.problem(f"{where}: other properties or another order than the first feature")
        for name, value in properties.items():
            if value is not None:
                self.types.setdefault(name, {}).setdefault(kind_of(value), where)
        if "geometry" not in feature:
            self.problem(f"{where}: no member `geometry`")
        elif feature["geometry"] is None:
            self.null += 1
        else:
            self.geometry(where, feature["geometry"])

    def whole(self, top, seen_features):
        if top.get("type") != "FeatureCollection":
            self.problem(f"type {top.get('type')!r} is not FeatureCollection")
        if not seen_features:
            self.problem("no member `features`")
        if "crs" in top:
            self.problem("has a crs, which RFC 7946 removed")
        if not isinstance(top.get("name"), str):
            self.problem("has no name")
        if len(self.kinds) > 1:
            self.problem(f"several geometry types: {self.kinds}")
        for name, kinds in self.types.items():
            if len(kinds) > 1:
                self.problem(f"property `{name}` has several types: {kinds}")
        bbox = top.get("bbox")
        if self.vertices == 0:
            if bbox is not None:
                self.problem("a bbox without positions")
        elif bbox is None or [units(v) for v in bbox] != [self.west, self.south, self.east, self.north]:
            found = [v / 10**DECIMALS for v in (self.west, self.south, self.east, self.north)]
            self.problem(f"bbox is {bbox}, the positions span {found}")


def kind_of(value):
    if isinstance(value, Digits):
        return "number" if any(c in value for c in ".eE") else "integer"
    return type(value).__name__


def check(path, key):
    result = Check(key)
    top, seen = {}, False
    try:
        with open(path, "rb") as file:
            data = file.read()
        if data.startswith(b"\xef\xbb\xbf"):
            raise Refused("begins with a byte order mark")
        text = data.decode("utf-8")
        del data
        for name, value in members(text):
            if name == "feature":
                result.feature(value)
            elif name == "features":
                seen = True
            elif name in top:
                raise Refused(f"member `{name}` stands twice")
            else:
                top[name] = value
        result.whole(top, seen)
    except (Refused, ValueError, TypeError, AttributeError, KeyError, OSError) as error:
        result.problem(f"{type(error).__name__}: {error}")
    return result


def main():
    parser = argparse.ArgumentParser(description="Checks GeoJSON files against RFC 7946.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--key", help="property that must equal the id")
    args = parser.parse_args()
    failed = False
    for path in args.files:
        result = check(path, args.key)
        if result.count:
            failed = True
            for problem in result.problems:
                print(f"{path}: {problem}", file=sys.stderr)
            if result.count > len(result.problems):
                print(f"{path}: and {result.count - len(result.problems)} more", file=sys.stderr)
        else:
            kinds = ", ".join(result.kinds) or "no geometry"
            without = f", {result.null} without geometry" if result.null else ""
            print(f"{path}: RFC 7946, {result.features} features ({kinds}{without}), {result.vertices} positions")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
