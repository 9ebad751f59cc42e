#!/usr/bin/env bash
# The published layers of both templates, checked from outside: RFC 7946, ogrinfo, GDAL's validator, and real QGIS.
#   run.sh [PICTURES]   where to keep the pictures; a temporary folder otherwise
# The binary must be built as tests build it (make test-qgis does). Mexico is checked where its files are at hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
corredor="$(realpath "${CARGO_TARGET_DIR:-target}")/debug/corredor"
data="$(realpath -m "${CORREDOR_DATA:-../shared/data}")/mexico"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
pictures="$(realpath -m "${1:-$work/pictures}")"

# Every field must be read with the type that the metadata declare.
types() {
  python3 - "$1" <<'PY'
import json, subprocess, sys
from pathlib import Path
folder = Path(sys.argv[1])
expected = {"text": {"String"}, "integer": {"Integer", "Integer64"}, "number": {"Real"}, "boolean": {"Integer(Boolean)"}}
bad = 0
for layer in json.loads((folder / "metadata.json").read_text())["layers"]:
    path = folder / f"{layer['layer']}.geojson"
    if not path.exists():
        continue
    told = subprocess.run(["ogrinfo", "-al", "-so", str(path)], capture_output=True, text=True, check=True).stdout
    read = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line and "(" in line)
    features = json.loads(path.read_text())["features"] if path.stat().st_size < 20_000_000 else None
    for field in layer["fields"]:
        # A field that is null in every feature has no type in GeoJSON.
        if features is not None and all(f["properties"][field["name"]] is None for f in features):
            continue
        kind = read.get(field["name"], "missing").split(" ")[0]
        # Whole numbers in every feature read as integers: GeoJSON has one number type.
        allowed = expected[field["type"]] | ({"Integer", "Integer64"} if field["type"] == "number" else set())
        if kind not in allowed:
            print(f"{path.name}: field {field['name']} is {field['type']}, ogrinfo reads {kind}")
            bad += 1
print(f"ogrinfo: {folder.parent.parent.name}: fields as declared" if not bad else f"ogrinfo: {bad} fields differ")
sys.exit(bool(bad))
PY
}

check() {
  local name="$1" published="$2/published/current"
  echo "== $name"
  shift 2
  python3 tests/rfc7946/check.py "$published"/*.geojson
  types "$(realpath "$published")"
  mkdir -p "$pictures/$name"
  # Each GeoJSON with its style. The demo has every style; drawing Mexico's takes QGIS two and a half minutes.
  [ "$name" != demo ] || QT_QPA_PLATFORM=offscreen /usr/bin/python3 tests/qgis/render.py "$published" "$pictures/$name"
  QT_QPA_PLATFORM=offscreen /usr/bin/python3 tests/qgis/project.py "$published" "$pictures/$name/sheets" "$@"
  /usr/bin/python3 -m osgeo_utils.samples.validate_gpkg "$published"/*.gpkg
  echo "gpkg: valid"
}

python3 tests/rfc7946/test_check.py
"$corredor" demo "$work/demo" --quiet >/dev/null
check demo "$work/demo"
if [ -d "$data" ]; then
  # A key of its own, made by init.
  export CORREDOR_KEY_FILE="$work/key"
  "$corredor" init --template mexico --data "$data" "$work/mexico" --quiet >/dev/null
  "$corredor" build -C "$work/mexico" --quiet >/dev/null
  # Its ten sheets in two languages take QGIS five minutes.
  check mexico "$work/mexico" --layouts 1
else
  echo "skipped: no real data at $data; set CORREDOR_DATA"
fi
