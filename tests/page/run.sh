#!/usr/bin/env bash
# The map page in a real browser, over file:// and without any network: an invented country with two runs, as a folder
# and as one file; Mexico too where its files are at hand and PAGE_MEXICO names its workspace, already built.
# PAGE_WHOLE=1 runs every test on the single file too.
#   run.sh [PICTURES]   where to keep the pictures; a temporary folder otherwise
# The binary must be built (CORREDOR names it; the debug one otherwise), and `npm ci && npm run build` run in web/.
set -euo pipefail
cd "$(dirname "$0")/../.."
corredor="$(realpath "${CORREDOR:-${CARGO_TARGET_DIR:-target}/debug/corredor}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
pictures="$(realpath -m "${1:-$work/pictures}")"
mkdir -p "$pictures"
page="$(realpath web/dist)"

"$corredor" -q --lang en demo "$work/demo" --size 200 >/dev/null
# A second run: one zone gets a name that is HTML, and half of the routes' risk moves, so that there is something to compare.
python3 - "$work/demo/data" <<'PY'
import csv, json, sys
from pathlib import Path
data = Path(sys.argv[1])
zones = json.loads((data / "municipalities.geojson").read_text())
first = min(zones["features"], key=lambda f: f["properties"]["code"])
first["properties"]["name"] = "<img src=x onerror=document.title='broken'>"
(data / "municipalities.geojson").write_text(json.dumps(zones))
rows = list(csv.DictReader((data / "incidents.csv").open()))
with (data / "incidents.csv").open("w", newline="") as out:
    table = csv.DictWriter(out, rows[0].keys())
    table.writeheader()
    table.writerows(rows[: len(rows) // 2])
rows = list(csv.DictReader((data / "indicators.csv").open()))
number = lambda text: text.replace(".", "", 1).isdigit()
for row in rows[: len(rows) // 4]:
    for field in [f for f in row if f.endswith("_pct")][:6]:
        if number(row[field]):
            row[field] = str(round(float(row[field]) * 0.5, 2))
with (data / "indicators.csv").open("w", newline="") as out:
    table = csv.DictWriter(out, rows[0].keys())
    table.writeheader()
    table.writerows(rows)
PY
# Half of the incidents are gone on purpose.
"$corredor" -q --lang en -C "$work/demo" build --accept incidents.fewer_rows --reason "half of them, to compare" >/dev/null
"$corredor" -q --lang en -C "$work/demo" view --page "$page" --out "$work/map" >/dev/null
"$corredor" -q --lang en -C "$work/demo" view --page "$page" --single --out "$work/map.html" >/dev/null
"$corredor" -q --lang en -C "$work/demo" view --page "$page" --runs 1 --out "$work/basemap" \
  --basemap 'https://tiles.example.org/{z}/{x}/{y}.png' --attribution '<b>Example' >/dev/null

export PAGE_BASEMAP="$work/basemap/index.html"
export PAGE_DATA="$work/demo/published/current"
export PAGE_FOLDER="$work/map/index.html" PAGE_SINGLE="$work/map.html" PAGE_PICTURES="$pictures"
if [ -n "${PAGE_MEXICO:-}" ]; then
  "$corredor" -q --lang en -C "$PAGE_MEXICO" view --page "$page" --out "$work/mexico" >/dev/null
  export PAGE_MEXICO_FOLDER="$work/mexico/index.html"
else
  echo "skipped: the page of Mexico (PAGE_MEXICO names no workspace)" >&2
fi
# PAGE_TESTS picks tests by name.
node --test --test-concurrency=1 ${PAGE_TESTS:+--test-name-pattern="$PAGE_TESTS"} tests/page/page.test.mjs
