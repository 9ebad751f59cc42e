#!/usr/bin/env python3
"""Gets published numbers back from what is published with them, and from nothing else.

usage: recompute.py PUBLISHED [RISK_MD]

Reads metadata.json and the CSV files, with Python's standard library alone. Of up to 200 features of each layer, taken by a
fixed step over all of it, it computes anew what the recipe in the metadata says: scores, dimensions, factors, classes,
ranks, the ends and medians of intervals from the very runs that they were drawn by, priorities, totals, means by kilometres,
differences, p and q. With RISK_MD (docs/methods/risk.md) it also runs the example that stands there, as it stands.

Numbers are published as whole doubles of up to 17 digits, of which another order of a sum moves the last ones: a number
agrees where it does so to 12 digits, of its own or of the scale it lies on. Means by kilometres agree to 4: where a border
cuts a segment is measured along the segment, and in the stretches along the whole route. Texts and whole numbers must be the
same. Classes of the rules jenks and dalenius go by the printed cut points; ranks of equal scores by the printed scores.

One line a layer says what came out and what cannot be had from the published files, and why. Exit code 1 with one line a
difference: layer, feature, field, printed, recomputed.
"""

import bisect
import csv
import json
import math
import re
import subprocess
import sys
from pathlib import Path

MOST = 200
AGREES = 1e-12
BY_KM = 1e-4
Z95 = 1.959963984540054

problems = []


def problem(text):
    problems.append(text)
    if len(problems) <= 40:
        print(text, file=sys.stderr)


# What is published.


class Layer:
    """A published layer: its description and its rows."""

    def __init__(self, folder, told):
        self.name, self.key = told["layer"], told["key"]
        self.step = told["ancestry"][-1]["layer"]
        self.types = {field["name"]: field["type"] for field in told["fields"]}
        self.rows = {}
        with open(folder / f"{self.name}.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                # The second row may hold hashtags.
                if not self.rows and all(not cell or cell.startswith("#") for cell in row.values()):
                    continue
                row = {field: self.cell(field, text) for field, text in row.items()}
                self.rows[row[self.key]] = row

    def cell(self, field, text):
        if text == "":
            return None
        kind = self.types.get(field, "text")
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
        # An apostrophe keeps spreadsheets from running a text.
        return text[1:] if text[0] == "'" and text[1:2] in tuple("=+-@\t\r\n") else text

    def column(self, field):
        return {key: row[field] for key, row in self.rows.items()}

    def sample(self):
        keys = list(self.rows)
        return keys[:: max(1, math.ceil(len(keys) / MOST))]


class Published:
    """All layers of a folder, and every step of their ancestry."""

    def __init__(self, folder):
        self.folder = folder
        self.told = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
        self.steps, self.withheld = {}, set()
        for layer in self.told["layers"]:
            for ancestor in layer["ancestry"]:
                if ancestor.get("withheld"):
                    self.withheld.add(ancestor["layer"])
                else:
                    self.steps[ancestor["layer"]] = ancestor["provenance"]
        self.layers = {}
        for told in self.told["layers"]:
            if (folder / f"{told['layer']}.csv").is_file() and told["ancestry"]:
                self.layers[told["layer"]] = Layer(folder, told)
        self.known = {}

    def parameters(self, layer):
        return self.steps.get(layer, {}).get("parameters", {})

    def of_step(self, kind):
        for name, layer in self.layers.items():
            if self.steps.get(name, {}).get("step") == kind:
                yield layer, self.parameters(name)

    def lookup(self, layer, field):
        """A field of any layer of the ancestry by key, from whichever published layer holds it; None where none does."""
        if (layer, field) not in self.known:
            self.known[layer, field] = self.find(layer, field)
        return self.known[layer, field]

    def find(self, layer, field):
        if layer in self.layers and field in self.layers[layer].types:
            return self.layers[layer].column(field)
        for other, parameters in self.of_step("composite"):
            if parameters.get("group") is not None:
                continue
            zones, table = self.tables(other.name)
            for indicator in parameters.get("indicators", []):
                if table == layer and indicator.get("field") == field:
                    return other.column(indicator["name"])
            if zones == layer and parameters.get("weight") == field:
                return other.column(field)
        for other, parameters in self.of_step("priority"):
            for carry in parameters.get("carry", []):
                if carry["layer"] == layer and field in carry["fields"]:
                    return other.column(field)
        for other, parameters in self.of_step("exposure"):
            routes, zones = self.steps[other.name]["inputs"]
            output = parameters.get("output")
            if output == "routes" and layer == routes and field == parameters.get("flow"):
                return other.column("flow") if "flow" in other.types else None
            # A zone that no route crosses is missing here, and is not asked for.
            if output == "stretches" and layer == zones and field in (parameters["risk"], "risk_class", "state"):
                return {row["zone"]: row[field] for row in other.rows.values() if row["zone"]}
        return None

    def tables(self, composite):
        """The zones and the table that a composite was made from."""
        inputs = list(self.steps[composite]["inputs"])
        like = self.parameters(composite).get("like")
        rest = [name for name in inputs[1:] if name != like]
        return inputs[0], rest[0] if rest else inputs[0]

    def stretches(self, routes, zones):
        """The published stretches of these routes over these zones, or over a layer on the same zones."""
        for other, parameters in self.of_step("exposure"):
            of_routes, of_zones = self.steps[other.name]["inputs"]
            same = of_zones == zones or self.steps.get(of_zones, {}).get("inputs", [None])[0] == zones
            if parameters.get("output") == "stretches" and of_routes == routes and same:
                return other
        return None


class Made:
    """What was computed anew of a layer: by field and key; and why the rest was not."""

    def __init__(self):
        self.fields, self.scales, self.why, self.notes, self.agrees = {}, {}, {}, [], {}

    def set(self, field, values, scale=1.0, agrees=AGREES):
        self.fields[field], self.scales[field], self.agrees[field] = values, scale, agrees

    def bring(self, field, other):
        self.set(field, other.fields[field], other.scales[field], other.agrees[field])

    def without(self, fields, reason):
        for field in fields:
            self.why[field] = reason


# Scores.


def fold(pairs, rule, max_missing, floor):
    """Weighted mean of the numbers present."""
    lacking, total, added = 0, 0.0, 0.0
    for x, weight in pairs:
        if x is None:
            lacking += 1
            continue
        total += weight
        added += weight * measure(x, rule, floor)
    if lacking > max_missing or total <= 0:
        return None
    return min(max(unmeasure(added / total, rule), 0.0), 1.0)


def measure(x, rule, floor):
    if rule == "arithmetic":
        return x
    if rule == "geometric":
        return math.log(max(x, floor)) if max(x, floor) > 0 else -math.inf
    return math.log(9.0 * (1.0 - x) + 1.0)


def unmeasure(mean, rule):
    if rule == "arithmetic":
        return mean
    return math.exp(mean) if rule == "geometric" else (10.0 - math.exp(mean)) / 9.0


def quantile(ordered, share):
    place = min(max(share, 0.0), 1.0) * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def moments(values):
    mean = sum(values) / max(len(values), 1)
    return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / max(len(values), 1))


def find_scale(column, posts, cap, own):
    """What becomes 0 and 1, found on a column; None where it does not vary."""
    values = sorted(math.log(x) if own["log"] else x for x in column if x is not None)
    if not values:
        return None
    held = None
    if cap == "tukey":
        first, third = quantile(values, 0.25), quantile(values, 0.75)
        held = [first - 1.5 * (third - first), third + 1.5 * (third - first)]
    elif cap is not None:
        held = [quantile(values, share) for share in cap]
    if held:
        values = [min(max(value, held[0]), held[1]) for value in values]
    if posts == "observed":
        low, high = values[0], values[-1]
    elif posts == "z":
        mean, deviation = moments(values)
        low, high = mean - 3.0 * deviation, mean + 3.0 * deviation
    else:
        low, high = [math.log(post) if own["log"] else post for post in posts]
    return {**own, "cap": held, "low": low, "high": high} if high > low else None


def to_share(x, scale):
    """One value to 0..1."""
    if x is None or (scale["log"] and x <= 0):
        return None
    x = math.log(x) if scale["log"] else x
    if scale["cap"]:
        x = min(max(x, scale["cap"][0]), scale["cap"][1])
    share = min(max((x - scale["low"]) / (scale["high"] - scale["low"]), 0.0), 1.0)
    return 1.0 - share if scale["inverted"] else share


OWN = {"normalisation": 0, "imputation": 0, "across": None, "within": None, "items": None, "dimensions": None}


class Recipe:
    """A recipe as its metadata tell it."""

    def __init__(self, parameters):
        self.scale, self.decimals = parameters["scale"], parameters.get("decimals")
        self.aggregation, self.floor = parameters["aggregation"], parameters["floor"]
        self.max_missing, self.kept = parameters["max_missing"], parameters["kept"]
        self.indicators, self.dimensions = parameters["indicators"], []
        for dimension in parameters["dimensions"]:
            members = [k for k, i in enumerate(self.indicators) if i["dimension"] == dimension["name"]]
            categories = {}
            for k in members:
                category, component = self.indicators[k].get("category"), self.indicators[k].get("component")
                parts = categories.setdefault(k if category is None else category, {})
                parts.setdefault(k if component is None else component, []).append(k)
            self.dimensions.append({
                "rule": dimension["aggregation"],
                "max_missing": dimension["max_missing"],
                "members": members,
                "categories": [list(parts.values()) for parts in categories.values()],
                "sorted": any(self.indicators[k].get("category") is not None for k in members),
            })
        self.stand_ins = None

    def weight(self, k, variation):
        return self.kept["weights"][k] * (variation["items"][k] if variation["items"] else 1.0)

    def dimension_weight(self, at, variation):
        return self.kept["dimension_weights"][at] * (variation["dimensions"][at] if variation["dimensions"] else 1.0)

    def round(self, value):
        if self.decimals is None or value is None:
            return value
        unit = 10.0**self.decimals * self.scale
        return math.floor(value * unit + 0.5) / unit

    def dimension(self, at, zone, variation):
        dimension = self.dimensions[at]
        rule = variation["within"] or dimension["rule"]
        lacking = sum(zone[k] is None for k in dimension["members"])
        if lacking > dimension["max_missing"] or lacking == len(dimension["members"]):
            return None

        def value(k):
            if zone[k] is None and variation["imputation"]:
                return self.stand_ins[variation["normalisation"]][k][variation["imputation"] - 1]
            return zone[k]

        categories = []
        for category in dimension["categories"]:
            parts = []
            for part in category:
                pairs = [(value(k), self.weight(k, variation)) for k in part]
                parts.append((fold(pairs, "arithmetic", len(part), self.floor), 1.0))
            alike = 1.0 if dimension["sorted"] else self.weight(category[0][0], variation)
            categories.append((fold(parts, "arithmetic", len(parts), self.floor), alike))
        value = fold(categories, rule, len(categories), self.floor)
        if value is None:
            return None
        if self.kept["rescale"][at]:
            low, high = self.kept["rescale"][at]
            value = min(max((value - low) / (high - low), 0.0), 1.0)
        return self.round(value)

    def score(self, zone, variation=OWN):
        """Score and dimensions of one zone, 0..1."""
        dimensions = [self.dimension(at, zone, variation) for at in range(len(self.dimensions))]
        pairs = [(value, self.dimension_weight(at, variation)) for at, value in enumerate(dimensions)]
        rule = variation["across"] or self.aggregation
        return self.round(fold(pairs, rule, self.max_missing, self.floor)), dimensions


def strongest(effects, count=3):
    """The indicators that push up and down most, with their effects."""
    sides = []
    for sign in (1.0, -1.0):
        side = [(k, effect) for k, effect in enumerate(effects) if effect is not None and effect * sign > 1e-6]
        sides.append(sorted(side, key=lambda pair: (-abs(pair[1]), pair[0]))[:count])
    return sides


def ranks(values):
    """1 for the greatest; equals share the better place."""
    ordered = sorted(value for value in values if value is not None)
    return [None if v is None else len(ordered) - bisect.bisect_right(ordered, v) + 1 for v in values]


def class_cuts(values, rule, count, groups):
    """Cut points by a rule; for each group where it cuts within groups. None where the rule is not repeated here."""
    ordered = sorted(value for value in values if value is not None)

    def equal(low, high):
        return [low + (high - low) * i / count for i in range(1, count)]

    if rule == "equal":
        return equal(ordered[0], ordered[-1])
    if rule == "quantiles":
        return [quantile(ordered, i / count) for i in range(1, count)]
    if rule == "relative":
        ends = {}
        for value, group in zip(values, groups):
            if value is not None:
                low, high = ends.get(group, (value, value))
                ends[group] = (min(low, value), max(high, value))
        return {group: equal(low, high) for group, (low, high) in ends.items() if low < high}
    if rule == "headtail":
        cuts, head = [], ordered
        while len(cuts) + 1 < count and head[0] < head[-1]:
            mean = sum(head) / len(head)
            rest = head[bisect.bisect_left(head, mean) :]
            minority = len(rest) <= 0.4 * len(head)
            if not rest or len(rest) == len(head) or (not minority and cuts):
                break
            cuts.append(mean)
            if not minority:
                break
            head = rest
        return cuts
    return None


def place(value, cuts, group):
    if value is None:
        return None
    cuts = cuts.get(group) if isinstance(cuts, dict) else cuts
    return None if cuts is None else bisect.bisect_right(cuts, value)


# The runs behind an interval.


def chacha8(key, stream, count):
    """Numbers of 0..1, 53 bits each, of ChaCha with 8 rounds."""
    words = [int.from_bytes(key[i : i + 4], "little") for i in range(0, 32, 4)]
    mask, found, block = 0xFFFFFFFF, [], 0
    turns = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
    turns += [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]
    while len(found) < 2 * count:
        start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *words]
        start += [block & mask, block >> 32, stream & mask, stream >> 32]
        x = list(start)
        for _ in range(4):
            for a, b, c, d in turns:
                for left, right in ((16, 12), (8, 7)):
                    x[a] = (x[a] + x[b]) & mask
                    t = x[d] ^ x[a]
                    x[d] = ((t << left) | (t >> (32 - left))) & mask
                    x[c] = (x[c] + x[d]) & mask
                    t = x[b] ^ x[c]
                    x[b] = ((t << right) | (t >> (32 - right))) & mask
        found += [(a + b) & mask for a, b in zip(x, start)]
        block += 1
    return [((found[2 * i] | found[2 * i + 1] << 32) >> 11) * 2.0**-53 for i in range(count)]


def draw(unit, items, dimensions, spread):
    """The variation that numbers of 0..1 stand for."""

    def choose(k, alternatives):
        return 0 if unit[k] < 0.5 else 1 + min(int((unit[k] - 0.5) * 2.0 * alternatives), alternatives - 1)

    rules = [None, "arithmetic", "geometric"]
    factors = [1.0 + spread * (2.0 * u - 1.0) for u in unit[4:]]
    return {
        "normalisation": choose(0, 3), "imputation": choose(1, 3), "across": rules[choose(2, 2)],
        "within": rules[choose(3, 2)], "items": factors[:items], "dimensions": factors[items : items + dimensions],
    }


class Columns:
    """A recipe on whole columns at once, as it is done a thousand times; rows that lack something one by one."""

    def __init__(self, recipe, values):
        self.recipe, self.rows = recipe, len(values[0])
        self.bases = []
        recipe.stand_ins = []
        for way in range(4):
            base, stand = [], []
            for column, indicator, own in zip(values, recipe.indicators, recipe.kept["scales"]):
                cap = indicator.get("stated", {}).get("cap")
                if way == 0:
                    scale = own
                elif way == 3:
                    scale = find_scale(column, "observed", [0.025, 0.975], own) or own
                else:
                    scale = find_scale(column, ["observed", "z"][way - 1], cap, own) or own
                base.append([to_share(x, scale) for x in column])
                known = sorted(x for x in base[-1] if x is not None)
                stand.append([quantile(known, share) if known else 0.0 for share in (0.5, 0.25, 0.75)])
            self.bases.append(base)
            recipe.stand_ins.append(stand)
        lacks = [any(column[row] is None for column in self.bases[0]) for row in range(self.rows)]
        self.whole = [row for row in range(self.rows) if not lacks[row]]
        self.lacking = [row for row in range(self.rows) if lacks[row]]
        self.cut = [[[column[row] for row in self.whole] for column in base] for base in self.bases]
        self.measured = {}

    def weighed(self, pieces, rule):
        """Weighted mean of columns; a piece is a column, a weight, and a name to remember its logarithm by."""
        added, total = None, sum(weight for _, weight, _ in pieces)
        for column, weight, name in pieces:
            if rule != "arithmetic":
                found = self.measured.get((name, rule)) if name else None
                if found is None:
                    found = [measure(x, rule, self.recipe.floor) for x in column]
                    if name:
                        self.measured[name, rule] = found
                column = found
            share = weight / total
            added = [share * x for x in column] if added is None else [s + share * x for s, x in zip(added, column)]
        return added if rule == "arithmetic" else [unmeasure(x, rule) for x in added]

    def scores(self, variation):
        recipe, way = self.recipe, variation["normalisation"]
        dimensions = []
        for at, dimension in enumerate(recipe.dimensions):
            pieces = []
            for category in dimension["categories"]:
                parts = []
                for part in category:
                    columns = [(self.cut[way][k], recipe.weight(k, variation), (way, k)) for k in part]
                    one = columns[0] if len(part) == 1 else (self.weighed(columns, "arithmetic"), 1.0, None)
                    parts.append((one[0], 1.0, one[2]))
                column, _, name = parts[0] if len(parts) == 1 else (self.weighed(parts, "arithmetic"), 1.0, None)
                weight = 1.0 if dimension["sorted"] else recipe.weight(category[0][0], variation)
                pieces.append((column, weight, name))
            column = self.weighed(pieces, variation["within"] or dimension["rule"])
            if recipe.kept["rescale"][at]:
                low, high = recipe.kept["rescale"][at]
                column = [min(max((x - low) / (high - low), 0.0), 1.0) for x in column]
            if recipe.decimals is not None:
                column = [recipe.round(x) for x in column]
            dimensions.append((column, recipe.dimension_weight(at, variation), None))
        column = self.weighed(dimensions, variation["across"] or recipe.aggregation)
        scores = [None] * self.rows
        for row, x in zip(self.whole, column):
            scores[row] = recipe.round(min(max(x, 0.0), 1.0)) * recipe.scale
        for row in self.lacking:
            score = recipe.score([column[row] for column in self.bases[way]], variation)[0]
            scores[row] = None if score is None else score * recipe.scale
        return scores


def align(scores, own, scale):
    """Scores of a run with the mean and the spread of the recipe's own."""
    pairs = [(r, o) for r, o in zip(scores, own) if r is not None and o is not None]
    (mean, spread), (to, to_spread) = moments([r for r, _ in pairs]), moments([o for _, o in pairs])
    stretch = to_spread / spread if spread > 0 else 1.0
    return [None if x is None else min(max(to + (x - mean) * stretch, 0.0), scale) for x in scores]


def weighted_mean(values, weights):
    pairs = [(w, x) for w, x in zip(weights, values) if w is not None and x is not None]
    total = sum(w for w, _ in pairs)
    return sum(w * x for w, x in pairs) / total if total > 0 else None


def composite(published, name):
    made, parameters = Made(), published.parameters(name)
    layer = published.layers.get(name)
    if "kept" not in parameters:
        made.notes.append("its recipe is withheld, as it is made straight from a layer above the level of the readers")
        return made
    zones, table = published.tables(name)
    grouped, weight = parameters.get("group"), parameters.get("weight")
    recipe = Recipe(parameters)
    # Of zones the layer itself has its indicators; of groups another layer must.
    own_rows = layer is not None and grouped is None
    columns, lacking = [], []
    for indicator in recipe.indicators:
        field = indicator.get("field")
        columns.append(layer.column(indicator["name"]) if own_rows else published.lookup(table, field))
        if columns[-1] is None:
            lacking.append(f"{table}.{field}")
    people = None
    if weight is not None:
        people = layer.column(weight) if own_rows else published.lookup(zones, weight)
        if people is None:
            lacking.append(f"{zones}.{weight}")
    if lacking:
        made.notes.append(f"no published layer has {', '.join(lacking)}")
        return made
    keys = list(columns[0])
    values = [[column.get(key) for key in keys] for column in columns]
    weights = [people.get(key) for key in keys] if people else [1.0] * len(keys)

    # Goalposts and caps that were taken from the data.
    for k, indicator in enumerate(recipe.indicators):
        scale, stated = recipe.kept["scales"][k], indicator.get("stated")
        if not stated or parameters.get("like"):
            continue
        posts = stated["goalposts"] or ("z" if parameters["normalisation"] == "z" else "observed")
        found = find_scale(values[k], posts, stated["cap"], scale)
        near = found and all(close(found[end], scale[end], abs(scale["high"]))[0] for end in ("low", "high"))
        if not near:
            problem(f"{name}: {indicator['name']}: goalposts are {scale}, recomputed {found}")

    table_columns = Columns(recipe, values)
    shares = table_columns.bases[0]
    rows = range(len(keys))
    zone = [[column[row] for column in shares] for row in rows]
    scored = [recipe.score(zone[row]) for row in rows]
    means = [weighted_mean(column, weights) for column in shares]
    for indicator, mean in zip(recipe.indicators, means):
        if not close(mean, indicator["mean_0_1"], 1.0)[0]:
            problem(f"{name}: {indicator['name']}: mean_0_1 is {indicator['mean_0_1']}, recomputed {mean}")
    scores = [None if score is None else score * recipe.scale for score, _ in scored]

    members = None
    if grouped is not None:
        members = {}
        for row, key in enumerate(keys):
            members.setdefault(key[:grouped], []).append(row)
        members = dict(sorted(members.items()))

    def grouping(column):
        if members is None:
            return column
        return [weighted_mean([column[r] for r in of], [weights[r] for r in of]) for of in members.values()]

    own, ids = grouping(scores), list(members) if members else keys

    def made_of(column):
        return dict(zip(ids, column))

    field = parameters["field"]
    made.set(field, made_of(own), recipe.scale)
    # Of equal scores the printed ones decide.
    printed = [layer.rows[key][field] for key in ids] if layer and list(layer.rows) == ids else own
    made.set("rank", made_of(ranks(printed)))
    for at, dimension in enumerate(parameters["dimensions"]):
        column = [None if d[at] is None else d[at] * recipe.scale for _, d in scored]
        made.set(dimension["field"], made_of(grouping(column)), recipe.scale)
    if members is None:
        made.set("ind_miss", made_of([sum(x is None for x in zone[row]) for row in rows]))
    else:
        made.set("zones", made_of([len(of) for of in members.values()]))
        made.set("unscored", made_of([sum(scores[r] is None for r in of) for of in members.values()]))
        for indicator, column in zip(recipe.indicators, values):
            made.set(indicator["name"], made_of(grouping(column)))
        if weight:
            known = [[weights[r] for r in of if weights[r] is not None] for of in members.values()]
            made.set(weight, made_of([sum(some) if some else None for some in known]))

    # Factors: the score less the score with that indicator at the mean of all.
    effects = [[None] * len(keys) for _ in recipe.indicators]
    wanted = set(layer.sample()) if own_rows else None
    for row in rows:
        if scored[row][0] is None or (wanted is not None and keys[row] not in wanted):
            continue
        for k, mean in enumerate(means):
            if zone[row][k] is None or mean is None:
                continue
            without = recipe.score(zone[row][:k] + [mean] + zone[row][k + 1 :])[0]
            effects[k][row] = None if without is None else (scored[row][0] - without) * recipe.scale
    effects = [grouping(column) for column in effects]
    sides = [strongest([column[at] for column in effects]) for at in range(len(ids))]
    for side, word in enumerate(("up", "down")):
        for n in range(3):
            found = [pair[side][n] if len(pair[side]) > n else (None, None) for pair in sides]
            names = [None if k is None else recipe.indicators[k]["name"] for k, _ in found]
            made.set(f"{word}_{n + 1}", made_of(names))
            made.set(f"{word}_{n + 1}_pts", made_of([effect for _, effect in found]), recipe.scale)

    for part in parameters.get("parts", []):
        made.without([part, f"{part}_lo", f"{part}_hi"], "fields of parts of the people are not in the metadata")
    intervals(published, name, made, recipe, parameters, table_columns, own, ids, grouping)
    return made


def intervals(published, name, made, recipe, parameters, table_columns, own, ids, grouping):
    """The runs, drawn and scored again: ends and medians of scores and ranks, and shares of runs by class."""
    layer, field = published.layers.get(name), parameters["field"]
    ends = [f"{field}_lo", f"{field}_hi", "rank_lo", "rank_hi", f"{field}_md", "rank_md"]
    told = parameters["uncertainty"]
    classes = parameters["classes"]
    states = [""] * len(ids)
    if layer and "state" in layer.types:
        states = [layer.rows[key]["state"] or "" if key in layer.rows else "" for key in ids]
    kept, own_classes = [], []
    for spec in classes:
        rule, found = spec["rule"], None
        if rule == "fixed" or (parameters.get("like") and rule != "relative"):
            found = lambda _, cuts=spec["cuts"]: cuts
        elif rule in ("equal", "quantiles", "relative", "headtail"):
            found = lambda scores, spec=spec: class_cuts(scores, spec["rule"], len(spec["names"]), states)
        cuts = found(own) if found else spec["cuts"]
        own_classes.append([place(value, cuts, state) for value, state in zip(own, states)])
        names = [None if at is None else spec["names"][at] for at in own_classes[-1]]
        made.set(spec["field"], dict(zip(ids, names)))
        kept.append(found)
        if not found:
            why = f"each run seeks the cut points of rule {rule} anew, which is not repeated here"
            made.without([spec["share_field"]], why)
    if "stated" not in recipe.indicators[0]:
        shares = [spec["share_field"] for spec in classes]
        made.without(ends + shares, "the metadata do not say how the recipe caps, which the runs go by")
        return
    key = published.told["seed"].to_bytes(8, "little") + b"corredor/risk/uncertaint"
    inputs = 4 + len(recipe.indicators) + len(recipe.dimensions)
    sample = layer.sample() if layer else ids
    at = [row for row, key_ in enumerate(ids) if key_ in set(sample)]
    values, places = {row: [] for row in at}, {row: [] for row in at}
    same, scored = [{row: 0 for row in at} for _ in classes], {row: 0 for row in at}
    for run in range(told["runs"]):
        unit = chacha8(key, run, inputs)
        variation = draw(unit, len(recipe.indicators), len(recipe.dimensions), told["weights_pct"] / 100.0)
        scores = align(grouping(table_columns.scores(variation)), own, recipe.scale)
        ordered = sorted(x for x in scores if x is not None)
        cuts = [found(scores) if found else None for found in kept]
        for row in at:
            x = scores[row]
            if x is None:
                continue
            values[row].append(x)
            places[row].append(len(ordered) - bisect.bisect_right(ordered, x) + 1)
            scored[row] += 1
            for n, found in enumerate(kept):
                if found and own_classes[n][row] is not None:
                    same[n][row] += place(x, cuts[n], states[row]) == own_classes[n][row]
    own_ranks = made.fields["rank"]
    found = {end: {} for end in ends}
    for row in at:
        key_, empty = ids[row], not values[row] or own[row] is None
        scores, placed = sorted(values[row]), sorted(places[row])
        found[ends[0]][key_] = None if empty else min(own[row], quantile(scores, 0.05))
        found[ends[1]][key_] = None if empty else max(own[row], quantile(scores, 0.95))
        found[ends[2]][key_] = None if empty else min(own_ranks[key_], math.floor(quantile(placed, 0.05)))
        found[ends[3]][key_] = None if empty else max(own_ranks[key_], math.ceil(quantile(placed, 0.95)))
        found[ends[4]][key_] = None if empty else quantile(scores, 0.5)
        found[ends[5]][key_] = None if empty else math.floor(quantile(placed, 0.5) + 0.5)
    for end in ends:
        made.set(end, found[end], recipe.scale)
    for n, spec in enumerate(classes):
        if kept[n]:
            percent = {
                ids[row]: None if own_classes[n][row] is None or not scored[row] else 100.0 * same[n][row] / scored[row]
                for row in at
            }
            made.set(spec["share_field"], percent, 100.0)


def score(published, name):
    """The plain mean."""
    made, parameters = Made(), published.parameters(name)
    table = published.steps[name]["inputs"][-1]
    indicators = parameters.get("indicators", [])
    columns = [published.lookup(table, indicator.get("field")) for indicator in indicators]
    lacking = [f"{table}.{i.get('field')}" for i, column in zip(indicators, columns) if column is None]
    if lacking or not columns:
        made.notes.append(f"no published layer has {', '.join(lacking) or 'its indicators'}")
        return made
    result = {}
    for key in columns[0]:
        parts, missing = [], 0
        for indicator, column in zip(indicators, columns):
            x = column.get(key)
            if x is None:
                missing += 1
                continue
            low, high = indicator["goalposts"]
            if indicator["log"]:
                x, low, high = math.log(x), math.log(low), math.log(high)
            share = min(max((x - low) / (high - low), 0.0), 1.0)
            parts.append((1.0 - share if indicator["inverted"] else share, indicator["weight"]))
        known = parts and missing <= parameters["max_missing"]
        value = fold(parts, parameters["mean"], 0, 0.01) if known else None
        class_ = None if value is None else parameters["classes"][bisect.bisect_right(parameters["cuts"], value)]
        result[key] = (value, class_, missing)
    for at, field in enumerate((parameters.get("field", "risk"), "risk_class", "ind_miss")):
        made.set(field, {key: found[at] for key, found in result.items()})
    return made


# Priority, totals, kilometres.


def priority(published, name):
    made, parameters = Made(), published.parameters(name)
    if "components" not in parameters:
        made.notes.append("its components are withheld, as it is made straight from a layer above the level of the readers")
        return made
    keys, asked = list(published.layers[name].rows), list(parameters["components"])
    among = parameters.get("among")
    if among:
        asked.append(among)
    columns = [published.lookup(part["layer"], part["field"]) for part in asked]
    lacking = [f"{part['layer']}.{part['field']}" for part, column in zip(asked, columns) if column is None]
    if lacking:
        made.without(["priority", "prio_rank"], f"no published layer has {', '.join(lacking)}")
    else:
        ranked = {key for key in keys if not among or (columns[-1].get(key) or 0) > 0}
        if among and len(ranked) != among["zones"]:
            problem(f"{name}: {among['zones']} zones are ranked, recomputed {len(ranked)}")
        sums = {key: [0.0, 0.0] for key in keys}
        for part, column in zip(parameters["components"], columns):
            ordered = sorted(column[key] for key in ranked if (column.get(key) or 0) > 0)
            for key in ranked:
                x = column.get(key)
                if x is None:
                    continue
                rank = 0.0
                if x > 0:
                    rank = (bisect.bisect_left(ordered, x) + bisect.bisect_right(ordered, x) + 1) / 2.0 / len(ordered)
                sums[key][0] += part["weight"] * rank
                sums[key][1] += part["weight"]
        values = {key: added / total if total > 0 else None for key, (added, total) in sums.items()}
        made.set("priority", values)
        made.set("prio_rank", dict(zip(keys, ranks(list(values.values())))))
    for carry in parameters.get("carry", []):
        bring(published, made, carry["layer"], carry["fields"])
    return made


def bring(published, made, layer, fields):
    """Fields that come from another layer, as they come out there."""
    other = remake(published, layer)
    for field in fields:
        if other and field in other.fields:
            made.bring(field, other)
        elif layer in published.layers and field in published.layers[layer].types:
            made.set(field, published.layers[layer].column(field))
        else:
            made.without([field], reason(published, layer, other, field))


def reason(published, layer, other, field):
    if other and field in other.why:
        return other.why[field]
    if other and other.notes:
        return f"{layer}: {'; '.join(other.notes)}"
    step = published.steps.get(layer)
    if step is None:
        return f"{layer} is withheld"
    hidden = [name for name in step.get("inputs", []) if name in published.withheld]
    if hidden:
        return f"{layer} is made from {', '.join(hidden)}, withheld"
    if step["step"] == "read":
        return f"{layer} is read from a file"
    return f"{layer}: inputs of `{step['step']}` are not published"


def rollup(published, name):
    made, parameters = Made(), published.parameters(name)
    zones, by = published.steps[name]["inputs"][0], parameters.get("by")
    source = published.layers.get(zones)
    if by is None or source is None:
        made.notes.append("how zones are grouped is not in the metadata" if by is None else f"{zones} is not published")
        return made
    groups = {}
    names = None if "prefix" in by else published.lookup(by["table"], by["field"])
    if "prefix" not in by and names is None:
        made.notes.append(f"no published layer has {by['table']}.{by['field']}")
        return made
    for key, row in source.rows.items():
        group = key[: by["prefix"]] or "all" if names is None else names.get(key)
        if group and group.strip():
            groups.setdefault(group, []).append(row)
    weight = parameters.get("weight")

    def each(field, of, scale=1.0):
        if field not in source.types:
            made.without([field], f"{zones} does not publish it")
            return
        known = {group: [row for row in rows if row[field] is not None] for group, rows in groups.items()}
        made.set(field, {group: of(field, rows) if rows else None for group, rows in known.items()}, scale)

    def mean(field, rows):
        return weighted_mean([row[field] for row in rows], [row[weight] if weight else 1.0 for row in rows])

    made.set("zones", {group: len(rows) for group, rows in groups.items()})
    for field in parameters["sum"]:
        each(field, lambda field, rows: sum(row[field] for row in rows))
    for field in parameters["mean"]:
        each(field, mean)
    for field in parameters["max"]:
        each(field, lambda field, rows: max(row[field] for row in rows))
    for count in parameters["count"]:
        counted = lambda field, rows: sum(row[field] >= count["at_least"] for row in rows)
        each(count["field"], counted)
        if count["field"] in made.fields:
            made.set(count["name"], made.fields.pop(count["field"]))
    return made


def overlaps(a, b):
    """Kilometres that rows of two layers share, route by route: (row of a, row of b, km)."""
    by_route = {}
    for row in b.rows.values():
        by_route.setdefault(row["route"], []).append(row)
    for row in a.rows.values():
        for other in by_route.get(row["route"], []):
            km = min(row["to_km"], other["to_km"]) - max(row["from_km"], other["from_km"])
            if km > 0:
                yield row, other, km


def routes_of(published, layer):
    """The routes that lixels were cut from."""
    while layer in published.steps and published.steps[layer]["step"] != "lixels":
        inputs = published.steps[layer].get("inputs", [])
        layer = inputs[0] if inputs else None
    return published.steps[layer]["inputs"][0] if layer in published.steps else None


def zonal(published, name):
    made, parameters = Made(), published.parameters(name)
    lixels, zones = published.steps[name]["inputs"]
    source = published.layers.get(lixels)
    parts = published.stretches(routes_of(published, lixels), zones)
    fields = [*parameters.get("mean", []), *parameters.get("max", [])]
    if source is None or parts is None:
        made.without(fields, f"{lixels if source is None else 'no layer of stretches of these routes'} is not published")
        return made
    pieces = [(part["zone"], lixel, km) for part, lixel, km in overlaps(parts, source) if part["zone"]]
    for field in fields:
        by_zone = {}
        for zone, lixel, km in pieces:
            if field in source.types and lixel[field] is not None:
                by_zone.setdefault(zone, []).append((km, lixel[field]))
        if field in parameters.get("mean", []):
            found = {zone: sum(km * x for km, x in some) / sum(km for km, _ in some) for zone, some in by_zone.items()}
        else:
            found = {zone: max(x for _, x in some) for zone, some in by_zone.items()}
        made.set(field, Absent(found), agrees=BY_KM)
    return made


class Absent(dict):
    """Features without an entry have no value."""

    def __missing__(self, key):
        return None


class Zero(dict):
    """Features without an entry have a value of nothing."""

    def __init__(self, entries, nothing):
        super().__init__(entries)
        self.nothing = nothing

    def __missing__(self, key):
        return self.nothing


KILOMETRES = ("route_km", "expo_km", "high_km", "out_km", "unsc_km")


def exposure(published, name):
    made, parameters = Made(), published.parameters(name)
    routes, zones = published.steps[name]["inputs"]
    source, output = published.layers.get(name), parameters.get("output")
    if output is None:
        made.notes.append("what it hands out is not in the metadata")
        return made
    risk_field, flow_field = parameters["risk"], parameters.get("flow")
    flow = published.lookup(routes, flow_field) if flow_field else {}
    if output == "stretches" and source is not None:
        rows = source.rows
        length = max(row["to_km"] for row in rows.values())
        made.set("km", {key: row["to_km"] - row["from_km"] for key, row in rows.items()}, length)
        other = remake(published, zones)
        for field in (risk_field, "risk_class"):
            if field not in source.types:
                continue
            if other and field in other.fields:
                values = other.fields[field]
                found = {key: values.get(row["zone"]) for key, row in rows.items()}
                made.set(field, found)
            else:
                made.without([field], reason(published, zones, other, field))
        expo = {k: None if r[risk_field] is None else r[risk_field] * (r["to_km"] - r["from_km"]) for k, r in rows.items()}
        made.set("expo_km", expo, length)
        if flow_field and flow is not None:
            of = {key: flow.get(row["route"]) for key, row in rows.items()}
            made.set("flow", of)
            people = {k: None if of[k] is None else of[k] * (r["to_km"] - r["from_km"]) for k, r in rows.items()}
            made.set("person_km", people, length * max([1.0, *(x for x in of.values() if x)]))
        return made
    parts = published.stretches(routes, zones)
    if parts is None:
        made.notes.append("no layer of stretches of these routes is published")
        return made
    made.notes.append(f"from {parts.name}")
    sums = {}
    for row in parts.rows.values():
        of = row["route"] if output == "routes" else row["zone"]
        if of is None:
            continue
        total = sums.setdefault(of, {**dict.fromkeys(KILOMETRES, 0.0), "person_km": None})
        km, risk = row["to_km"] - row["from_km"], row[risk_field]
        total["route_km"] += km
        if row["zone"] is None:
            total["out_km"] += km
        elif risk is None:
            total["unsc_km"] += km
        else:
            total["expo_km"] += km * risk
            total["high_km"] += km if risk >= parameters["high"] else 0.0
        if flow_field and row.get("flow") is not None:
            total["person_km"] = (total["person_km"] or 0.0) + km * row["flow"]
    for total in sums.values():
        # Of kilometres of which nothing is known there is no exposure.
        if total["route_km"] and total["route_km"] - total["unsc_km"] - total["out_km"] <= 1e-9 * total["route_km"]:
            total["expo_km"] = total["high_km"] = None
    longest = max([1.0, *(row["to_km"] for row in parts.rows.values())])
    for field in (*KILOMETRES, "person_km"):
        scale = longest * max([1.0, *((flow or {}).values())]) if field == "person_km" else longest
        nothing = None if field == "person_km" else 0.0
        made.set(field, Zero({of: total[field] for of, total in sums.items()}, nothing), scale)
    return made


def coverage(published, name):
    """Of gaps the kilometres and what they are exposed to; where they lie needs the sites."""
    made, layer = Made(), published.layers.get(name)
    stretches = published.steps[name].get("inputs", [None])[0]
    parts = published.layers.get(stretches)
    if layer is None or layer.key != "gap_id":
        return made
    made.set("km", {key: row["to_km"] - row["from_km"] for key, row in layer.rows.items()}, 1000.0)
    if parts is None or "risk" not in parts.types:
        made.without(["risk", "expo_km"], f"{stretches} is not published")
        return made
    sums = {}
    for row, part, km in overlaps(layer, parts):
        if part["risk"] is not None:
            total = sums.setdefault(row["gap_id"], [0.0, 0.0])
            total[0] += km
            total[1] += km * part["risk"]
    made.set("risk", Absent({gap: added / km for gap, (km, added) in sums.items()}))
    made.set("expo_km", Absent({gap: added for gap, (_, added) in sums.items()}), 1000.0)
    return made


def difference(published, name):
    made, parameters = Made(), published.parameters(name)
    table, a, b = published.steps[name]["inputs"][1], parameters.get("a"), parameters.get("b")
    field, layer = parameters["field"], published.layers[name]
    gap = {k: None if r[a] is None or r[b] is None else r[a] - r[b] for k, r in layer.rows.items()}
    made.set(field, gap, 100.0)
    for part in (a, b):
        if part is not None and table in published.layers:
            made.set(part, Absent(published.layers[table].column(part)))
    source = published.layers.get(table)
    first, second = parameters.get("a_se"), parameters.get("b_se")
    ends = [f"{field}_lo", f"{field}_hi", f"{field}_p"]
    if source is None or first not in source.types or second not in source.types:
        made.without(ends, f"standard errors of {table} are not published")
        return made
    found = {end: {} for end in ends}
    for key, value in gap.items():
        row = source.rows.get(key, {})
        x, y = row.get(first), row.get(second)
        error = None
        if x is not None and y is not None:
            error = math.sqrt(max(x * x + y * y - 2.0 * parameters["correlation"] * x * y, 0.0))
        known = value is not None and error is not None
        found[ends[0]][key] = value - Z95 * error if known else None
        found[ends[1]][key] = value + Z95 * error if known else None
        found[ends[2]][key] = math.erfc(abs(value / error) / math.sqrt(2)) if known and error > 0 else None
    for end in ends:
        made.set(end, found[end], 100.0)
    return made


def hotspot(published, name):
    """p, q and bins from the printed z; z itself goes by borders, which are no numbers of a table."""
    made, parameters = Made(), published.parameters(name)
    columns = {f: published.lookup(name, f) for f in ("gi_z", "gi_p", "gi_p_sim", "gi_q")}
    made.without(["gi_z"], "who is a neighbour of whom is in the geometry")
    made.without(["gi_p_sim"], "permutations go by neighbours")
    if None in columns.values() or "p" not in parameters:
        made.notes.append("z, p and q are not published together")
        return made
    z = columns["gi_z"]
    made.set("gi_p", {k: None if x is None else math.erfc(abs(x) / math.sqrt(2)) for k, x in z.items()})
    p = columns["gi_p" if parameters["p"].startswith("normal") else "gi_p_sim"]
    ordered = sorted((x, k) for k, x in p.items() if x is not None)
    q, smallest = Absent(), 1.0
    for rank in range(len(ordered), 0, -1):
        x, key = ordered[rank - 1]
        smallest = min(smallest, max(x * len(ordered) / rank, x))
        q[key] = smallest
    made.set("gi_q", q)
    if parameters["p"].startswith("normal"):
        level, bins = columns["gi_q"] if parameters["fdr"] else p, Absent()
        for key, x in z.items():
            if x is not None:
                step = sum(level[key] <= at for at in parameters["bins"].values())
                bins[key] = step if x > 0 else -step if x < 0 else 0
        made.set("gi_bin", bins)
    else:
        made.without(["gi_bin"], "a bin by permutation is 0 where value and neighbours disagree, which needs neighbours")
    return made


STEPS = {f.__name__: f for f in (composite, score, priority, rollup, zonal, exposure, coverage, difference, hotspot)}


def remake(published, layer):
    """A layer of the ancestry computed anew, once."""
    memory = published.__dict__.setdefault("made", {})
    if layer not in memory:
        kind = published.steps.get(layer, {}).get("step")
        memory[layer] = STEPS[kind](published, layer) if kind in STEPS else None
    return memory[layer]


# Comparison.


def close(a, b, scale, agrees=AGREES):
    """Whether two values agree, and by how much of their scale they differ."""
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a == b, 0.0
    if isinstance(a, int) and isinstance(b, int):
        return a == b, 0.0
    apart = abs(a - b) / max(abs(a), abs(b), scale)
    return apart <= agrees, apart


# Names, keys and places stand for themselves.
PLAIN = {"code", "cvegeo", "name", "state", "route", "route_name", "zone", "mode", "from_km", "to_km", "km", "flow"}


def check(published, layer):
    made = remake(published, layer.name) or Made()
    sample, worst, done, numbers = layer.sample(), {}, [], 0
    for field in layer.types:
        if field not in made.fields:
            continue
        # Factors of zones were computed for the sample alone.
        for key in sample:
            values = made.fields[field]
            if key not in values and not hasattr(values, "__missing__"):
                own = None
            else:
                own = values[key]
            printed = layer.rows[key][field]
            agrees, apart = close(printed, own, made.scales[field], made.agrees[field])
            worst[made.agrees[field]] = max(worst.get(made.agrees[field], 0.0), apart)
            numbers += 1
            if not agrees:
                problem(f"{layer.name}: {key}: {field}: printed {printed}, recomputed {own}")
        done.append(field)
    used = {i["name"] for i in published.parameters(layer.name).get("indicators", []) if "name" in i}
    plain = PLAIN | used | {layer.key, published.parameters(layer.name).get("weight")}
    rest = [field for field in layer.types if field not in done and field not in plain]
    reasons = {}
    for field in rest:
        reasons.setdefault(made.why.get(field) or reason(published, layer.name, made, field), []).append(field)
    not_done = "; ".join(f"{', '.join(fields)} ({why})" for why, fields in reasons.items())
    said = f"{layer.name}: {numbers:,} values of {len(sample)} of {len(layer.rows):,} features"
    if done:
        said += f": {', '.join(done)}; largest difference {worst.get(AGREES, 0.0):.0e}"
    if BY_KM in worst:
        said += f", of means by kilometres {worst[BY_KM]:.0e}"
    print(said + (f". Not recomputed: {not_done}" if not_done else ""))
    return numbers


def check_example(published, page):
    """Runs the example of the documentation as it stands, on a layer that it fits."""
    text = Path(page).read_text(encoding="utf-8")
    found = re.search(r"<!-- recompute -->\n```python\n(.*?)```", text, re.S)
    if not found:
        problem(f"{page}: no example")
        return
    tried = 0
    for layer, parameters in published.of_step("composite"):
        plain = parameters.get("group") is None and parameters.get("aggregation") == "arithmetic"
        if not (plain and "kept" in parameters) or any(parameters["kept"]["rescale"]):
            continue
        names = [indicator["name"] for indicator in parameters["indicators"]]
        whole = [k for k in layer.sample() if all(layer.rows[k][name] is not None for name in names)]
        if not whole:
            continue
        key = whole[len(whole) // 2]
        command = [sys.executable, "-c", found[1], layer.name, key]
        run = subprocess.run(command, cwd=published.folder, capture_output=True, text=True)
        numbers = [float(number) for number in run.stdout.split()] if run.returncode == 0 else []
        if len(numbers) != 2 or not close(*numbers, parameters["scale"])[0]:
            problem(f"{page}: the example says of {key} of {layer.name}: {run.stdout}{run.stderr}")
        tried += 1
    if not tried:
        problem(f"{page}: no published layer fits the example")
    print(f"example: {tried} layers give a score back")


def main():
    published = Published(Path(sys.argv[1]))
    numbers = sum(check(published, layer) for layer in published.layers.values())
    if numbers == 0:
        problem("nothing could be recomputed")
    if len(sys.argv) > 2:
        check_example(published, sys.argv[2])
    if problems:
        print(f"recompute: {len(problems)} differences", file=sys.stderr)
        sys.exit(1)
    print(f"recompute: {numbers:,} values agree")


if __name__ == "__main__":
    main()
