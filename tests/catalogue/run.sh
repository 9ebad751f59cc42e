#!/usr/bin/env bash
# The descriptions of a run, its GeoPackage and its simplified layers, checked by foreign programs.
# The release binary must be built; pip must reach PyPI, once.
set -euo pipefail
cd "$(dirname "$0")/../.."
corredor="$(realpath "${CORREDOR:-${CARGO_TARGET_DIR:-target}/release/corredor}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet -r tests/catalogue/requirements.txt
# Apart, since it needs an older jsonschema.
python3 -m venv "$work/cff"
"$work/cff/bin/pip" install --quiet cffconvert==2.0.0
"$corredor" demo "$work/demo" --quiet >/dev/null
# Once more with hashtags and a budget that some layers exceed.
cat >>"$work/demo/corredor.toml" <<'TOML'
hxl = true

[publish.budget]
vertices = 40000
TOML
"$corredor" build -C "$work/demo" --force --quiet >/dev/null
published="$(realpath "$work/demo/published/current")"
"$work/venv/bin/python" tests/catalogue/check.py "$published" --hxl
"$work/cff/bin/cffconvert" --validate -i "$published/CITATION.cff"
# Debian's python3-gdal brings the validator of GDAL, after the text of the standard.
/usr/bin/python3 -m osgeo_utils.samples.validate_gpkg "$published"/*.gpkg
echo "gpkg: valid"
for twin in "$published"/*.fgb; do
  case "$(ogrinfo -so -al "$twin" | grep '^Geometry:')" in
    *olygon*) /usr/bin/python3 tests/catalogue/coverage.py "${twin%.fgb}.geojson" "$twin" 1 ;;
  esac
done
