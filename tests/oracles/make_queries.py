"""Writes queries/demo/*.csv and queries/mexico/*.csv: what the shipped queries must answer, by pandas, shapely and pyproj.

pip install pandas shapely pyproj pyogrio; made with pandas 3.1.1, shapely 2.1 and pyproj 3.7.2.
    python3 make_queries.py CORREDOR [MEXICO]
CORREDOR is the binary that makes the workspaces, MEXICO the folder of the real data. The demo is built twice, with other
indicators in between (`second_night`), so that something enters the hotspots and something leaves them.

Layers are taken as they are published, or from the sources where they are not; what the queries make of them is done here
anew: windows over routes, distances, contiguity, points in polygons, and all the counting.

What follows from the sites is not taken from what is published, for that is measured to displaced ones and rounded. Those
who may see the sites get it as it is, and so it is measured here (`measure`): distances from the zones' inner points by GEOS
to the true sites by PROJ, the parts of routes out of reach, the kilometres of them in each zone and state, and the priority.
Rates are asked of Corredor itself (`rates`).
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod
from shapely.geometry import shape

GEOD = Geod(ellps="WGS84")
REACH = 30.0  # reach_km of the layers of both templates
# The components of [priority] of both templates, by their weights; ranked among zones that routes cross.
WEIGHTS = {"inc_km": 4, "route_km": 1}
HIGH = ["high", "very_high"]
here = Path(__file__).parent / "queries"


def config_home():
    """A folder of settings with the key of Mexico that the tests have (tests/common/mod.rs)."""
    home = Path(tempfile.gettempdir()) / f"corredor-golden-{os.getuid()}"
    key = home / "corredor/keys/mexico.key"
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_text("01" * 32)
    return home


def corredor(*arguments, cwd, night=0):
    environment = os.environ | {"LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": str(1764547200 + night * 86400)}
    environment |= {"XDG_CONFIG_HOME": str(config_home())}
    done = subprocess.run([binary, *arguments], cwd=cwd, check=True, env=environment, capture_output=True, text=True)
    return done.stdout


def second_night(indicators):
    """Zones of state 05 get the indicators of 03001, those of state 03 the indicators of 08015."""
    with open(indicators, newline="") as file:
        header, *rows = list(csv.reader(file))
    values = {row[0]: row[1:] for row in rows}
    taken = {"05": "03001", "03": "08015"}
    with open(indicators, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            source = taken.get(row[0][:2])
            writer.writerow([row[0], *(values[source] if source else row[1:])])


def read(path, **types):
    keys = {"code": str, "cvegeo": str, "zone": str, "id": str, "route": str}
    return pd.read_csv(path, dtype=keys | types, keep_default_na=False, na_values=[""])


def features(path, key):
    with open(path) as file:
        return {f["properties"][key]: f for f in json.load(file)["features"]}


def inner_point(zone):
    """The inner point of the largest polygon: GEOS's, on a parallel between vertices near the middle."""
    parts = shapely.get_parts(zone)
    return shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])


def nearest_km(lon, lat, sites):
    """Geodesic distance to the nearest site, for each place."""
    km = [GEOD.inv(lon, lat, np.full(len(lon), x), np.full(len(lat), y))[2] / 1000 for x, y in sites]
    return np.min(km, axis=0)


def out_of_reach(line, sites):
    """From_km and to_km of the parts of a line out of reach of all sites, straight in longitude and latitude.

    A change of side is looked for every 200 m at the most, and found by bisection; kilometres inside a segment as
    docs/decisions/0001 has them: the segment's length, shared out by the geodesics to its ends."""
    ends = GEOD.line_lengths(line[:, 0], line[:, 1]) / 1000
    at = np.concatenate([[0], np.cumsum(ends)])
    parts, since = [], None

    def place(i, t):
        return line[i] + np.asarray(t)[..., None] * (line[i + 1] - line[i])

    def beyond(places):
        return nearest_km(places[:, 0], places[:, 1], sites) > REACH

    for i, length in enumerate(ends):
        if length == 0:
            continue
        shares = np.linspace(0, 1, int(length // 0.2) + 2)
        sides = beyond(place(i, shares))
        if since is None and sides[0]:
            since = at[i]
        for k in np.flatnonzero(sides[1:] != sides[:-1]):
            low, high = shares[k], shares[k + 1]
            for _ in range(40):
                middle = (low + high) / 2
                if beyond(place(i, np.array([middle])))[0] == sides[k]:
                    low = middle
                else:
                    high = middle
            (x, y), (a, b) = place(i, low), (line[i], line[i + 1])
            before, after = GEOD.inv(*a, x, y)[2], GEOD.inv(x, y, *b)[2]
            km = at[i] + length * before / (before + after)
            if since is None:
                since = km
            else:
                parts.append((since, km))
                since = None
    if since is not None:
        parts.append((since, at[-1]))
    return parts


class Workspace:
    def __init__(self, folder, key, data, sources, route):
        self.folder, self.key, self.data = Path(folder), key, Path(data)
        self.current = self.folder / "published/current"
        self.hotspots = self.layer("hotspots")
        self.stretches = self.layer("stretches")
        self.states = self.layer("states")
        self.rates()
        self.measure(sources, route)

    def rates(self):
        """Puts the rates of those who may see the incidents in the place of the published ones of two digits: many zones of
        these are alike. They are Corredor's own; tests/lib/risk and docs/methods/risk-on-the-way.md hold them to others."""
        select = f'SELECT "{self.key}" AS code, inc_km FROM zone_way'
        told = read(io.StringIO(corredor("query", "-e", select, "--level", "restricted", cwd=self.folder)))
        self.hotspots["inc_km"] = self.hotspots.code.map(told.set_index("code").inc_km)

    def measure(self, sources, route):
        """Puts what follows from the sites in the place of what is published of it."""
        shelters = read(self.data / "shelters.csv")
        sites = shelters[["lon", "lat"]].to_numpy()
        h = self.hotspots
        inner = shapely.get_coordinates([inner_point(sources[code]) for code in h.code])
        h["near_km"] = nearest_km(inner[:, 0], inner[:, 1], sites)
        gap = dict.fromkeys(h.code, 0.0)
        lines = features(self.data / "routes.geojson", route)
        for name, stretches in self.stretches.groupby("route"):
            parts = out_of_reach(np.array(lines[name]["geometry"]["coordinates"])[:, :2], sites)
            for stretch in stretches[stretches.zone.notna()].itertuples():
                shared = [min(to, stretch.to_km) - max(frm, stretch.from_km) for frm, to in parts]
                gap[stretch.zone] += sum(km for km in shared if km > 0)
        h["gap_km"] = h.code.map(gap)
        priority, weights = 0.0, 0.0
        crossed = h.route_km > 0
        for field, weight in WEIGHTS.items():
            values = h[field].where(crossed)
            positive = values.where(values > 0)
            ranks = (positive.rank() / positive.notna().sum()).fillna(0)
            # What a zone lacks is left out, and the weights of the others scaled up.
            known = values.notna()
            priority = priority + weight * ranks.where(known, 0)
            weights = weights + weight * known
        priority = (priority / weights).where(crossed)
        h["priority"] = priority
        h["prio_rank"] = priority.rank(method="min", ascending=False).astype("Int64")
        self.states["gap_km"] = self.states.code.map(h.gap_km.groupby(h.code.str[:2]).sum())

    def layer(self, name, run="current"):
        folder = self.current
        if run == "previous":
            runs = sorted(p for p in (self.folder / "published/runs").iterdir())
            folder = runs[runs.index(self.current.resolve()) - 1]
        return read(folder / f"{name}.csv").rename(columns={self.key: "code"})

    def polygons(self):
        """Zones in degrees as published, seven decimals."""
        found = features(self.current / "hotspots.geojson", self.key)
        return {code: shape(f["geometry"]) for code, f in found.items() if f["geometry"]}


def high_risk_without_shelter(w):
    h = w.hotspots
    h = h[h.risk_class.isin(HIGH) & (h.route_km > 0) & (h.near_km > 30)]
    h = h.sort_values(["risk", "code"], ascending=[False, True])
    return h[["code", "name", "state", "risk_class", "risk", "near_km", "route_km", "gap_km", "pop"]].round(
        {"risk": 3, "near_km": 6, "route_km": 1, "gap_km": 1})


def riskiest_stretches(w, km=100.0):
    rows = []
    for route, s in w.stretches.groupby("route"):
        frm, to, risk = s.from_km.to_numpy(), s.to_km.to_numpy(), s.risk.to_numpy()
        length = to.max()
        # Every position of the window in steps of 100 m, and its ends at every border: brute force.
        starts = np.concatenate([frm, to - km, np.arange(0, max(length - km, 0) + 0.1, 0.1)])
        starts = np.unique(np.clip(starts, 0, max(length - km, 0)))
        best = None
        for start in starts:
            end = min(start + km, length)
            overlap = np.clip(np.minimum(to, end) - np.maximum(frm, start), 0, None)
            expo = np.nansum(overlap * risk)
            if best is None or expo > best[2] + 1e-9:
                best = (start, end, expo, overlap[np.isnan(risk)].sum())
        start, end, expo, unscored = best
        rows.append([route, s.route_name.iloc[0], start, end, expo, expo / (end - start), unscored])
    columns = ["route", "route_name", "start_km", "end_km", "expo_km", "mean_risk", "unscored_km"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["expo_km", "route"], ascending=[False, True])
    return table.round({"start_km": 1, "end_km": 1, "expo_km": 2, "mean_risk": 3, "unscored_km": 1})


def shelters_served(w, reach=30.0):
    shelters = read(w.data / "shelters.csv")
    polygons = w.polygons()
    h = w.hotspots[w.hotspots.code.isin(polygons)].set_index("code")
    centres = np.array([polygons[code].centroid.coords[0] for code in h.index])
    rows = []
    for s in shelters.itertuples():
        km = GEOD.inv(np.full(len(h), s.lon), np.full(len(h), s.lat), centres[:, 0], centres[:, 1])[2] / 1000
        near = h[km <= reach]
        scored = near[near.risk.notna()]
        served = (scored.risk * scored["pop"]).sum()
        mean = served / scored["pop"].sum() if scored["pop"].sum() > 0 else np.nan
        rows.append([s.id, s.name, s.town, s.capacity, len(near), int(near["pop"].sum()), mean, served])
    columns = ["id", "name", "town", "capacity", "zones", "people", "mean_risk", "people_risk"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["people_risk", "id"], ascending=[False, True])
    table["capacity"] = table.capacity.astype("Int64")
    return table.round({"mean_risk": 3, "people_risk": 0})


def states_by_exposure(w):
    s = w.states.sort_values(["expo_km", "name"], ascending=[False, True])
    s["share_pct"] = 100 * s.expo_km / s.expo_km.sum()
    s["state"] = s.name
    return s[["state", "zones", "expo_km", "share_pct", "route_km", "gap_km", "incidents", "hot_zones", "risk"]].round(
        {"expo_km": 1, "share_pct": 1, "route_km": 1, "gap_km": 1, "risk": 3})


def inspect_first(w, visits=20):
    h = w.hotspots.sort_values(["prio_rank", "code"]).head(visits).copy()
    h["visits"] = h.groupby("state").code.transform("count")
    h = h.sort_values(["visits", "state", "prio_rank", "code"], ascending=[False, True, True, True])
    h["gi_bin"] = h.gi_bin.astype("Int64")
    columns = ["state", "visits", "code", "name", "prio_rank", "priority", "risk_class", "risk", "gi_bin", "pop"]
    return h[columns].round({"priority": 3, "risk": 3})


def entered_and_left(w, bin=2):
    columns = ["code", "name", "state", "gi_bin", "gi_z", "risk"]
    both = w.layer("hotspots", "previous")[columns].merge(
        w.hotspots[columns], on="code", how="outer", suffixes=("_b", "_n"))
    hot_b, hot_n = both.gi_bin_b.fillna(0) >= bin, both.gi_bin_n.fillna(0) >= bin
    both["change"] = np.where(hot_n, "entered", "left")
    both = both[hot_b != hot_n].sort_values(["change", "code"])
    table = pd.DataFrame({
        "change": both.change, "code": both.code, "name": both.name_n.fillna(both.name_b),
        "state": both.state_n.fillna(both.state_b), "bin_before": both.gi_bin_b.astype("Int64"),
        "bin_now": both.gi_bin_n.astype("Int64"), "z_before": both.gi_z_b, "z_now": both.gi_z_n,
        "risk_before": both.risk_b, "risk_now": both.risk_n})
    return table.round({"z_before": 2, "z_now": 2, "risk_before": 3, "risk_now": 3})


def neighbours(polygons):
    """Queen contiguity: zones that share a vertex, as the sources deliver them."""
    at = {}
    for code, polygon in polygons.items():
        for vertex in map(tuple, shapely.get_coordinates(polygon)):
            at.setdefault(vertex, set()).add(code)
    found = {code: set() for code in polygons}
    for codes in at.values():
        for code in codes:
            found[code] |= codes - {code}
    return found


def next_to_hotspots(w, sources, bin=2):
    h = w.hotspots.set_index("code")
    hot = set(h.index[h.gi_bin >= bin])
    rows = []
    for code, beside in neighbours(sources).items():
        count = len(beside & hot)
        if count and code not in hot:
            z = h.loc[code]
            rows.append([code, z["name"], z.state, count, z.gi_bin, z.gi_z, z.risk_class, z.risk, z["pop"]])
    columns = ["code", "name", "state", "hot_neighbours", "gi_bin", "gi_z", "risk_class", "risk", "pop"]
    table = pd.DataFrame(rows, columns=columns).sort_values(
        ["hot_neighbours", "risk", "code"], ascending=[False, False, True], na_position="last")
    table["gi_bin"], table["pop"] = table.gi_bin.astype("Int64"), table["pop"].astype("Int64")
    return table.round({"gi_z": 2, "risk": 3})


def coverage_by_population(w, reach=30):
    rows = []
    for state, h in w.hotspots.groupby("state", dropna=False):
        covered = h["pop"][h.near_km <= reach].sum()
        people = h["pop"].sum()
        beyond = (~(h.near_km <= reach)).sum()
        rows.append([state, int(people), int(covered), 100 * covered / people, len(h), beyond, h.near_km.max()])
    columns = ["state", "people", "covered", "covered_pct", "zones", "zones_beyond", "farthest_km"]
    table = pd.DataFrame(rows, columns=columns)
    table["beyond"] = table.people - table.covered
    table = table.sort_values(["beyond", "state"], ascending=[False, True], na_position="last")
    return table[columns].round({"covered_pct": 1, "farthest_km": 6})


def incidents_by_corridor(w, width=10.0):
    incidents = read(w.data / "incidents.csv")
    places = np.array([[float(v) for v in text.split(",")][::-1] for text in incidents.coordinates])
    rows = []
    for id, feature in features(w.data / "routes.geojson", "id").items():
        line = np.array(feature["geometry"]["coordinates"])
        # A vertex every 100 m at most: the nearest of them is at most 0.2 m farther than the line at 10 km.
        dense = [line[:1]]
        for (x1, y1), (x2, y2) in zip(line, line[1:]):
            n = int(GEOD.inv(x1, y1, x2, y2)[2] // 100)
            between = GEOD.npts(x1, y1, x2, y2, n) if n else []
            dense.append(np.array([*between, (x2, y2)]))
        dense = np.concatenate(dense)
        km = GEOD.line_length(line[:, 0], line[:, 1]) / 1000
        near = []
        for lon, lat in places:
            rough = np.hypot((dense[:, 0] - lon) * np.cos(np.radians(lat)), dense[:, 1] - lat)
            if rough.min() > 0.3:
                near.append(np.inf)  # some 30 km and more
                continue
            close = dense[rough <= rough.min() * 1.05 + 0.002]
            near.append(GEOD.inv(np.full(len(close), lon), np.full(len(close), lat), close[:, 0], close[:, 1])[2].min() / 1000)
        within = np.array(near) <= width
        edge = np.abs(np.array(near) - width).min()
        print(f"  {id}: the incident nearest to the edge of the corridor is {1000 * edge:.0f} m from it")
        properties = feature["properties"]
        count, flow = int(within.sum()), properties["flow"]
        rows.append([id, properties["name"], km, float(flow), count, int(incidents.persons[within].sum()),
                     100 * count / km, 1000 * count / flow])
    columns = ["route", "name", "km", "flow", "incidents", "persons", "per_100_km", "per_1000_people"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["per_1000_people", "route"], ascending=[False, True])
    return table.round({"km": 1, "per_100_km": 2, "per_1000_people": 2})


def girls_and_boys(w, rows=20):
    zones = w.hotspots.set_index("code")
    c = w.layer("child_labour")
    c = c[c.girls_pct.notna() & c.boys_pct.notna()].copy()
    c["gap"] = c.boys_pct - c.girls_pct
    se = np.sqrt(c.boys_se**2 + c.girls_se**2)
    c["low_pp"], c["high_pp"] = c.gap - 1.96 * se, c.gap + 1.96 * se
    c = c[c.gap.abs() > 1.96 * se]
    c["size"] = c.gap.abs()
    c = c.sort_values(["size", "code"], ascending=[False, True]).head(rows)
    c["name"], c["state"] = zones.name.reindex(c.code).to_numpy(), zones.state.reindex(c.code).to_numpy()
    c["higher"] = np.where(c.gap > 0, "boys", "girls")
    c["gap_pp"] = c.gap
    columns = ["code", "name", "state", "girls", "boys", "girls_pct", "boys_pct", "gap_pp", "low_pp", "high_pp", "higher"]
    return c[columns].round({"gap_pp": 2, "low_pp": 2, "high_pp": 2})


def uncertified_beside_risk(w, sources, pct=12.0, centres=1):
    work = read(w.data / "work_centres.csv")
    tree = shapely.STRtree(list(sources.values()))
    codes = list(sources)
    here_n = dict.fromkeys(codes, 0)
    for row in work[work.certified == 0].itertuples():
        inside = sorted(codes[i] for i in tree.query(shapely.Point(row.lon, row.lat), predicate="intersects"))
        if inside:
            here_n[inside[0]] += 1
    beside = neighbours(sources)
    zones = w.hotspots.set_index("code")
    rows = []
    for c in w.layer("child_labour").itertuples():
        children = c.girls + c.boys
        mean = (c.girls * c.girls_pct + c.boys * c.boys_pct) / children
        around = sum(here_n[n] for n in beside[c.code])
        if mean >= pct and here_n[c.code] + around >= centres:
            z = zones.loc[c.code]
            rows.append([c.code, z["name"], z.state, children, mean, here_n[c.code], around])
    columns = ["code", "name", "state", "children", "pct", "centres_here", "centres_beside"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["pct", "code"], ascending=[False, True])
    return table.round({"pct": 1})


def supply_through_risk(w):
    s = w.layer("supply_stretches")
    routes = features(w.data / "supply_routes.geojson", "id")
    rows = []
    for route, part in s.groupby("route"):
        high = part[part.risk_class.isin(HIGH)]
        if high.empty:
            continue
        p = routes[route]["properties"]
        km, high_km = part.km.sum(), high.km.sum()
        rows.append([route, p["name"], p["product"], p["tonnes"], km, high_km, 100 * high_km / km,
                     high.zone.nunique(), part.expo_km.sum()])
    columns = ["route", "name", "product", "tonnes", "km", "high_km", "high_pct", "high_zones", "expo_km"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["high_km", "route"], ascending=[False, True])
    return table.round({"km": 1, "high_km": 1, "high_pct": 1, "expo_km": 1})


def write(workspace, name, table):
    folder = here / workspace
    folder.mkdir(parents=True, exist_ok=True)
    if workspace == "mexico":
        table = table.rename(columns={"code": "cvegeo"})
    table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    print(f"{workspace} {name}: {len(table)} rows")


SHARED = [high_risk_without_shelter, riskiest_stretches, shelters_served, states_by_exposure, inspect_first,
          coverage_by_population]

if __name__ == "__main__":
    binary = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        corredor("init", "--size", "200", "demo", cwd=folder)
        demo = Path(folder) / "demo"
        corredor("build", cwd=demo)
        second_night(demo / "data/indicators.csv")
        corredor("build", cwd=demo, night=1)
        sources = {code: shape(f["geometry"]) for code, f in features(demo / "data/municipalities.geojson", "code").items()}
        w = Workspace(demo, "code", demo / "data", sources, "id")
        for query in [*SHARED, entered_and_left, incidents_by_corridor, girls_and_boys, supply_through_risk]:
            write("demo", query.__name__, query(w))
        write("demo", "next_to_hotspots", next_to_hotspots(w, sources))
        write("demo", "uncertified_beside_risk", uncertified_beside_risk(w, sources))
    if len(sys.argv) > 2:
        data = Path(sys.argv[2]).resolve()
        import pyogrio

        _, _, wkb, fields = pyogrio.raw.read(data / "municipalities_full.fgb", columns=["cvegeo"])
        sources = dict(zip(fields[0], shapely.from_wkb(wkb)))
        with tempfile.TemporaryDirectory() as folder:
            corredor("init", "--template", "mexico", "--data", str(data), "mexico", cwd=folder)
            mexico = Path(folder) / "mexico"
            corredor("build", cwd=mexico)
            w = Workspace(mexico, "cvegeo", data, sources, "route_id")
            for query in SHARED:
                write("mexico", query.__name__, query(w))
            write("mexico", "next_to_hotspots", next_to_hotspots(w, sources))
