#!/usr/bin/env bash
# Installs the Debian packages that are missing, and nothing where none is.
#   install-deps.sh build   GDAL's headers and pkg-config, to compile
#   install-deps.sh postgis PostgreSQL with PostGIS, which the tests start on loopback
#   install-deps.sh qgis    QGIS and its Python, to check the published layers
#   install-deps.sh web     Node 18 or later and npm, to build the map page
#   install-deps.sh browser Chromium, to test the map page
#   install-deps.sh bench   what makes virtual environments, where Python came without it
set -euo pipefail

case "${1:-build}" in
  build) packages=(libgdal-dev pkg-config gdal-bin) ;;
  postgis) packages=(postgresql-15 postgresql-15-postgis-3) ;;
  qgis) packages=(qgis python3-qgis python3-gdal gdal-bin) ;;
  web)
    # Node of another origin brings npm along, and Debian's npm would replace it.
    command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null && exit 0
    packages=(nodejs npm)
    ;;
  browser) packages=(chromium) ;;
  bench)
    python3 -c "import ensurepip, venv" 2>/dev/null && exit 0
    packages=(python3-venv)
    ;;
  *) echo "usage: $0 build|postgis|qgis|web|browser|bench" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "install these yourself: ${missing[*]} (this script knows Debian's apt only)" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
