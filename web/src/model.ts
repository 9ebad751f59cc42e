// What is shown, worked out from the state: layers of the run, their classes under the filter, and counts.

import { rowsOf } from "./boxes";
import { Layer, classOf } from "./data/layer";
import type { LayerDef, PageDef, Renderer, RunDef } from "./data/types";
import { BETWEEN } from "./gaps";
import { byPlace, isRanked } from "./priority";

export interface Shown {
  layer: Layer;
  renderer: Renderer;
  /** The class of each row before any filter. */
  all: Int16Array;
  /** The class of each row; -1 where a filter leaves it out. */
  classes: Int16Array;
  /** Whether a row is within the filters of state and route. */
  passed: boolean[];
  /** Rows of each class under the filters of state and route. */
  counts: number[];
  /** Rows that are shown. */
  shown: number;
}

export class Model {
  readonly runs: RunDef[];
  readonly newest: RunDef;

  constructor(readonly page: PageDef) {
    this.runs = page.runs.map((run) => ({ ...run, layers: run.layers.map((def) => ({ ...def, beyond: def.beyond ?? beyondOf(run) })) }));
    this.newest = this.runs[this.runs.length - 1]!;
  }

  run(name: string): RunDef {
    return this.runs.find((r) => r.run === name) ?? this.newest;
  }

  def(run: RunDef, layer: string): LayerDef | undefined {
    return run.layers.find((l) => l.layer === layer);
  }

  /** Layers that fill zones: areas, and tables that belong to areas; what has but one area tells nothing by colour. */
  zoneLayers(run = this.newest): LayerDef[] {
    const fills = (l: LayerDef) => l.geometry === "polygon" || (l.geometry === "none" && l.shape !== null);
    const order = ["priority", "hotspots", "risk", "plain", "states"];
    const place = (l: LayerDef) => order.indexOf(l.theme) + (order.includes(l.theme) ? 0 : order.length);
    return run.layers.filter((l) => fills(l) && l.rows > 1).sort((a, b) => place(a) - place(b));
  }

  overLayers(run = this.newest): LayerDef[] {
    const order = ["stretches", "gaps", "routes"];
    const place = (l: LayerDef) => (l.geometry === "point" ? 9 : order.indexOf(l.theme) < 0 ? 5 : order.indexOf(l.theme));
    return run.layers.filter((l) => l.geometry === "line" || l.geometry === "point").sort((a, b) => place(a) - place(b));
  }

  /** Areas that only serve as outlines: states, the country. */
  outlines(run = this.newest): LayerDef[] {
    const areas = run.layers.filter((l) => l.geometry === "polygon").sort((a, b) => a.rows - b.rows);
    return areas.length > 1 ? areas.slice(0, -1) : areas;
  }

  first(run = this.newest): LayerDef | undefined {
    const zones = this.zoneLayers(run);
    return zones.find(isRanked) ?? zones.find((l) => l.theme === "hotspots") ?? zones.find((l) => l.theme === "risk") ?? zones[0];
  }

  /** Lines and points that are drawn on opening. */
  firstOver(run = this.newest): string[] {
    const over = this.overLayers(run);
    const scored = over.find((l) => l.geometry === "line" && scoreOf(l)?.field === "way") ?? over.find((l) => l.theme === "stretches");
    return over.filter((l) => l.theme === "gaps" || l === scored).map((l) => l.layer);
  }

  /** Colours and classes are those of the newest run in every run, so that runs compare. */
  renderer(def: LayerDef, by: string): Renderer {
    const now = this.def(this.newest, def.layer) ?? def;
    const pair = now.legend.pairs.find((p) => p.fields.includes(by));
    if (pair) return { ...pair.renderer, field: by };
    return isRanked(now) && by !== OWN ? byPlace(this.page.colours) : now.legend.renderer;
  }
}

/** Says that a layer with a priority is drawn by its own classes instead. */
export const OWN = "own";

/** The scores that lines and zones may carry, the one that is looked for first in front. */
const SCORES = ["way", "risk"];

export interface Score {
  field: string;
  most: number;
}

/** The score of a layer, and the most that it can be, which its unit tells: `0–100`. */
export function scoreOf(def: LayerDef): Score | undefined {
  for (const name of SCORES) {
    const unit = def.legend.fields.find((f) => f.name === name)?.unit ?? "";
    const most = Number(/^0–(\d+)$/.exec(unit)?.[1]);
    if (most > 0) return { field: name, most };
  }
  return undefined;
}

/** Lines that are pieces of routes, in their order. */
export function isPieces(def: LayerDef): boolean {
  const has = (name: string) => def.legend.fields.some((f) => f.name === name);
  return def.geometry === "line" && def.theme !== "gaps" && def.theme !== "changes" && ["route", "from_km", "to_km"].every(has);
}

/** What the run's layer of gaps says of how far its gaps lie from sites. */
const beyondOf = (run: RunDef) => run.layers.find((l) => l.theme === "gaps")?.beyond ?? null;

/** Which zones a route crosses, from the stretches of a run. */
export function zonesOfRoute(stretches: Layer[], route: string): Set<string> {
  return new Set(stretches.flatMap((layer) => rowsOf(layer, (row) => layer.text(row, "route") === route).map((row) => layer.text(row, "zone"))));
}

/** The names of the routes that cross a zone. */
export function routesOfZone(stretches: Layer[], zone: string): string[] {
  return [...new Set(stretches.flatMap((layer) => rowsOf(layer, (row) => layer.text(row, "zone") === zone).map((row) => layer.text(row, "route_name") || layer.text(row, "route"))))];
}

export function routes(stretches: Layer[]): { key: string; name: string; layer: Layer }[] {
  const out = new Map<string, { key: string; name: string; layer: Layer }>();
  for (const layer of stretches) {
    for (let row = 0; row < layer.length; row++) {
      const key = layer.text(row, "route");
      if (key && !out.has(key)) out.set(key, { key, name: layer.text(row, "route_name") || key, layer });
    }
  }
  return [...out.values()].sort((a, b) => a.name.localeCompare(b.name, "es"));
}

export interface Filter {
  state: string;
  route: string;
  hidden: number[];
  /** Zones that the route crosses, where one is chosen. */
  crossed: Set<string> | null;
  /** State of each zone, for tables that do not carry it. */
  stateOf: Map<string, string>;
}

export function show(layer: Layer, renderer: Renderer, filter: Filter): Shown {
  const count = layer.length;
  const all = new Int16Array(count);
  const classes = new Int16Array(count).fill(-1);
  const passed: boolean[] = [];
  const counts = renderer.classes.map(() => 0);
  const hidden = new Set(filter.hidden);
  let shown = 0;
  for (let row = 0; row < count; row++) {
    const c = classOf(renderer, renderer.field ? layer.value(row, renderer.field) : 0);
    all[row] = c;
    passed.push(passes(layer, row, filter));
    if (!passed[row]) continue;
    if (c >= 0) counts[c]!++;
    if (hidden.has(c)) continue;
    classes[row] = c;
    shown++;
  }
  return { layer, renderer, all, classes, passed, counts, shown };
}

function passes(layer: Layer, row: number, filter: Filter): boolean {
  if (filter.state && layer.has("states")) {
    if (!layer.text(row, "states").split(BETWEEN).includes(filter.state)) return false;
  } else if (filter.state) {
    const own = layer.has("state") ? layer.text(row, "state") : filter.stateOf.get(layer.key(row));
    // States are known by their name; what has no state at all stays.
    const state = own ?? (layer.def.theme === "states" && layer.has("name") ? layer.text(row, "name") : undefined);
    if (state !== undefined && state !== filter.state) return false;
  }
  if (filter.route) {
    if (layer.has("route")) return layer.text(row, "route") === filter.route;
    if (layer.def.theme === "routes") return layer.key(row) === filter.route;
    if (filter.crossed && layer.def.geometry !== "point" && layer.def.theme !== "states") return filter.crossed.has(layer.key(row));
  }
  return true;
}

/** Rows that are shown and whose class is not sure, by the rule that QGIS hatches them by. */
export function unsure(item: Shown): number[] {
  const { layer, classes } = item;
  return rowsOf(layer, (row) => classes[row]! >= 0 && isUnsure(item, row));
}

/** Whether the class of a row is not sure; what has no class cannot be unsure of it. */
export function isUnsure({ layer, renderer, all }: Shown, row: number): boolean {
  const rule = layer.def.legend.unsure;
  const found = renderer.classes[all[row]!];
  // Of girls or boys alone the rule says nothing.
  if (!rule || !found || found.missing || renderer.field !== layer.def.legend.renderer.field) return false;
  const value = layer.number(row, rule.field);
  return value !== null && ((rule.below !== null && value < rule.below) || (rule.at_least !== null && value >= rule.at_least));
}

/** How a layer's classes changed between two runs. */
export interface Changes {
  changed: number;
  /** Hot spots at 95 % or more that are new, or no longer. */
  entered: number;
  left: number;
}

export function changes(before: Layer, after: Layer, renderer: Renderer): Changes {
  const out = { changed: 0, entered: 0, left: 0 };
  const hot = (layer: Layer, row: number) => (layer.number(row, "gi_bin") ?? 0) >= 2;
  for (let row = 0; row < after.length; row++) {
    const old = before.row(after.key(row));
    if (old === undefined) continue;
    const field = renderer.field;
    if (field && classOf(renderer, before.value(old, field)) !== classOf(renderer, after.value(row, field))) out.changed++;
    if (hot(after, row) && !hot(before, old)) out.entered++;
    if (!hot(after, row) && hot(before, old)) out.left++;
  }
  return out;
}
