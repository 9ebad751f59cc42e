"""Writes docs/benchmarks.md from the newest results of each task.

report RESULTS    prints the page; RESULTS holds a folder for each run
"""

import json
import sys
from pathlib import Path

from .text import INTRO, NAMES, TASKS


def page(results):
    newest = {}
    for path in sorted(results.glob("*/*.json")):
        newest[path.stem] = json.loads(path.read_text())
    parts = [INTRO]
    for task, (title, unit, words) in TASKS.items():
        parts.append(f"## {title}\n\n{words}\n")
        if task not in newest:
            parts.append("Not measured yet.\n")
            continue
        result = newest[task]
        parts += growth(result) if task == "scale" else tables(result, unit)
        if task == "scale" and "locate" in newest:
            parts += billions(result, newest["locate"])
        parts.append(f"*{when(result)}*\n")
    parts.append(machines(list(newest.values())))
    return "\n".join(parts)


def when(result):
    small = ", **small data**" if result["quick"] else ""
    return f"{result['date']}, commit {result['commit']}, load {result['load']} before the first measurement{small}"


def tables(result, unit):
    for name in dict.fromkeys(row["table"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["table"] == name]
        rows.sort(key=lambda row: row.get("items", 0) if unit != "MB" else 0)
        indexed = any(row.get("index_s") for row in rows if row["ours"])
        yield f"**{name[0].upper()}{name[1:]}**\n"
        head = ["", unit, "threads", *(["index, s", "rest, s"] if indexed else []), "together, s", "runs"]
        head += [f"{unit}/s", "memory, MB", "× together", *(["× standing"] if indexed else [])]
        yield table(head, [cells(row, reference(row, rows), indexed, unit) for row in rows])
        notes = dict.fromkeys(note for row in rows for note in notes_of(row))
        yield "".join(f"- {note}\n" for note in [*notes, *agreements(result["checks"], name)])


def agreements(checks, name):
    """What was found about several tools alike is said once."""
    tools = {}
    for check in checks:
        if check["table"] == name:
            tool = check["answer"].split("-")[0]
            tools.setdefault(check["text"], {})[NAMES.get(tool, tool)] = None
    return [f"{', '.join(names)}: {text}." for text, names in tools.items()]


def reference(row, rows):
    """Our row that a peer's is compared with: the first with as many items, or the only one."""
    ours = [other for other in rows if other["ours"] and other.get("s")]
    same = [other for other in ours if other["items"] == row.get("items")]
    return (same or ours[:1] or [None])[0]


def cells(row, ours, indexed, unit):
    if row.get("s") is None:
        return [row["tool"], "", row["threads"], "failed"]
    shown = 1e-6 if unit == "MB" else 1
    items = row["items"] * shown
    parts = [seconds(row["index_s"]), seconds(row["work_s"])] if indexed else []
    ratios = ["", ""]
    if ours and not row["ours"]:
        ratios = [times(row["s"] / ours["s"]), times(row["work_s"] / ours["work_s"])]
    return [
        row["tool"],
        f"{items:,.1f}" if unit == "MB" else f"{items:,}",
        row["threads"],
        *parts,
        seconds(row["s"]),
        str(row["n"]),
        short(items / row["s"]),
        f"{row['peak_mb']:,.0f}",
        *ratios[: 2 if indexed else 1],
    ]


def notes_of(row):
    tool, more = row["tool"], row.get("more", {})
    if row.get("error"):
        yield f"{tool}: {row['error']}."
    if row["note"]:
        yield f"{tool}: {row['note']}."
    if more.get("details"):
        yield f"{tool}: {listed(more['details'])}."
    if more.get("apart"):
        yield f"{tool}: {listed(more['apart'])}, not counted."
    if more.get("index_bytes"):
        yield f"{tool}, {row['items']:,} points: index of {more['index_bytes'] / 1e6:.1f} MB."


def listed(parts):
    return ", ".join(f"{name} {seconds(s)} s" for name, s in parts.items())


def growth(result):
    """Tables of one row for each size, one thread beside all."""
    for name in dict.fromkeys(row["table"] for row in result["rows"]):
        pairs = {}
        for row in result["rows"]:
            if row["table"] == name and row.get("s"):
                pairs.setdefault((row["items"], row["more"]["zones"]), []).append(row)
        threads = list(dict.fromkeys(row["threads"] for rows in pairs.values() for row in rows))
        head = ["points", "zones", "vertices", "index", "index, MB"]
        for what in ("building, s", "look-up, s", "points/s"):
            head += [f"{what}, {n} thread{'s' * (n != '1')}" for n in threads]
        head += ["runs", "memory, MB"]
        body = []
        for (items, zones), rows in pairs.items():
            more = rows[-1]["more"]
            size = more["index_bytes"]
            body.append(
                [
                    short(items),
                    f"{zones:,}",
                    short(more["vertices"]),
                    more["index"],
                    f"{size / 1e6:.0f}" if size else "",
                ]
                + [seconds(row["index_s"]) for row in rows]
                + [seconds(row["work_s"]) for row in rows]
                + [short(items / row["work_s"]) for row in rows]
                + [", ".join(dict.fromkeys(str(row["n"]) for row in rows)), f"{rows[-1]['peak_mb']:,.0f}"]
            )
        yield f"**{name[0].upper()}{name[1:]}**\n"
        yield table(head, body)


def billions(scale, locate):
    """A billion points beside the rate of SedonaDB at the most points that it was given."""
    for row in scale["rows"]:
        subset = row["table"].removeprefix("points, ")
        theirs = [
            r for r in locate["rows"] if r["table"] == subset and r["tool"] == "SedonaDB" and r.get("s")
        ]
        if row.get("items", 0) >= 10**9 and row["threads"] == str(scale["threads"]) and theirs:
            most = max(theirs, key=lambda r: r["items"])
            ratio = row["items"] / row["s"] / (most["items"] / most["s"])
            yield (
                f"{short(row['items'])} points, {subset}, with building: {seconds(row['s'])} s, {times(ratio)} times the "
                f"rate of SedonaDB at {short(most['items'])} points.\n"
            )


def machines(results):
    parts = ["## Machine and versions\n"]
    for about in {json.dumps(described(result)): result for result in results}.values():
        versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        parts.append(
            f"{about['cpu']}, {about['cores']} processors, {about['threads']} used; {about['memory_gb']} GB; "
            f"{about['system']}.\n\n{versions}.\n"
        )
    return "\n".join(parts)


def described(result):
    return {name: result[name] for name in ("cpu", "cores", "threads", "memory_gb", "system", "versions")}


def table(head, rows):
    """Markdown with the first column to the left and numbers to the right."""
    rows = [row + [""] * (len(head) - len(row)) for row in rows]
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def seconds(s):
    if s is None:
        return ""
    return f"{s:,.0f}" if s >= 100 else f"{s:.3g}" if s >= 0.001 else f"{s:.4f}"


def short(number):
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def times(ratio):
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


if __name__ == "__main__":
    print(page(Path(sys.argv[1])), end="")
