#!/usr/bin/env python3
"""Checks with GEOS that the zones of a GeoJSON have no more gaps or overlaps than those of its full twin.

usage: coverage.py SIMPLIFIED.geojson FULL.fgb AREA_TOLERANCE_PCT

Needs python3-gdal. Areas are compared zone by zone on a cylindrical equal-area plane.
"""

import sys

from osgeo import ogr, osr

ogr.UseExceptions()


def read(path):
    source = osr.SpatialReference()
    source.ImportFromEPSG(4326)
    source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    target = osr.SpatialReference()
    target.ImportFromProj4("+proj=cea +datum=WGS84 +units=km")
    turn = osr.CoordinateTransformation(source, target)
    dataset = ogr.Open(path)
    layer = dataset.GetLayer(0)
    key = layer.GetLayerDefn().GetFieldDefn(0).GetName()
    zones, invalid = {}, 0
    for feature in layer:
        geometry = feature.GetGeometryRef()
        if geometry is None:
            continue
        geometry = geometry.Clone()
        invalid += not geometry.IsValid()
        geometry.Transform(turn)
        zones[feature.GetField(key)] = geometry
    return zones, invalid


def measure(zones):
    """Sum of areas, area of the union, holes of the union."""
    collection = ogr.Geometry(ogr.wkbMultiPolygon)
    for geometry in zones.values():
        for part in range(geometry.GetGeometryCount()):
            collection.AddGeometry(geometry.GetGeometryRef(part))
    union = collection.UnionCascaded()
    parts = [union] if union.GetGeometryName() == "POLYGON" else [union.GetGeometryRef(i) for i in range(union.GetGeometryCount())]
    holes = sum(part.GetGeometryCount() - 1 for part in parts)
    return sum(g.GetArea() for g in zones.values()), union.GetArea(), holes


def main():
    simple, invalid = read(sys.argv[1])
    full, _ = read(sys.argv[2])
    tolerance = float(sys.argv[3])
    worst = max(abs(simple[k].GetArea() - g.GetArea()) / g.GetArea() * 100 for k, g in full.items())
    (s_sum, s_union, s_holes), (f_sum, f_union, f_holes) = measure(simple), measure(full)
    print(f"coverage: {len(simple)} zones, {invalid} invalid; largest change of area {worst:.3f} %; overlap "
          f"{s_sum - s_union:.4f} km2 (full {f_sum - f_union:.4f}); gaps {s_holes} (full {f_holes})")
    bad = invalid or worst > tolerance * 1.01 or s_holes > f_holes
    bad = bad or s_sum - s_union > (f_sum - f_union) * 1.05 + 1e-6 or len(simple) != len(full)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
