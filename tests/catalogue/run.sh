#!/usr/bin/env bash
# The descriptions of a run, its numbers, its GeoPackage and its simplified layers, checked by foreign programs.
# The binary must be built as tests build it, or named (CORREDOR). pip must reach PyPI once; what it brings stays in the cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
corredor="$(realpath "${CORREDOR:-${CARGO_TARGET_DIR:-target}/debug/corredor}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# A virtual environment that holds what a file of requirements names; made anew when the file changes.
environment() {
  local wanted="$1" folder
  folder="${XDG_CACHE_HOME:-$HOME/.cache}/corredor-catalogue/$(cat "$wanted" <(python3 -V) | sha256sum | cut -c1-16)"
  if [ ! -f "$folder/whole" ]; then
    rm -rf "$folder"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted" >&2
    touch "$folder/whole"
  fi
  echo "$folder"
}
catalogue="$(environment tests/catalogue/requirements.txt)"
# Apart, since it needs an older jsonschema.
citation="$(environment tests/catalogue/requirements-citation.txt)"

# Hashtags, and a budget that some layers exceed.
"$corredor" demo "$work/demo" --quiet >/dev/null
sed -i '0,/^\[publish\]$/s//&\nhxl = true/' "$work/demo/corredor.toml"
cat >>"$work/demo/corredor.toml" <<'TOML'

[publish.budget]
vertices = 40000
TOML
"$corredor" build -C "$work/demo" --force --quiet >/dev/null
published="$(realpath "$work/demo/published/current")"
"$catalogue/bin/python" tests/catalogue/check.py "$published" --hxl
# Scores, priorities, totals and intervals by another language, from the published files alone.
python3 tests/catalogue/recompute.py "$published" docs/methods/risk.md
"$citation/bin/cffconvert" --validate -i "$published/CITATION.cff"
# Debian's python3-gdal brings the validator of GDAL, after the text of the standard.
/usr/bin/python3 -m osgeo_utils.samples.validate_gpkg "$published"/*.gpkg
echo "gpkg: valid"
twins=0
for twin in "$published"/*.fgb; do
  case "$(ogrinfo -so -al "$twin" | grep '^Geometry:')" in
    *olygon*)
      /usr/bin/python3 tests/catalogue/coverage.py "${twin%.fgb}.geojson" "$twin" 1
      twins=$((twins + 1))
      ;;
  esac
done
[ "$twins" -gt 0 ] || { echo "no layer of zones was simplified" >&2; exit 1; }
# What was published is read back, hashtags and twins included.
"$corredor" diff previous current -C "$work/demo" >"$work/diff.txt"
! grep -q "geometr" "$work/diff.txt" || { cat "$work/diff.txt" >&2; echo "simplifying counts as a change" >&2; exit 1; }
"$corredor" render hotspots -C "$work/demo" --out "$work/hotspots.png" --quiet
"$corredor" ficha 07 -C "$work/demo" --out "$work/ficha.html" --quiet
