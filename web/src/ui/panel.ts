// The panel beside the map: where to act, legend, layers, filters, runs.

import { stateBox, routeBox, type Box } from "../boxes";
import type { Layer } from "../data/layer";
import type { LayerDef } from "../data/types";
import { OWN, routes, unsure, type Changes, type Model, type Shown } from "../model";
import { inOrder, isRanked, PLACE } from "../priority";
import type { State } from "../state";
import { summary } from "../text/finding";
import { called, drawnTitle, ownTitle } from "../text/tell";
import { tested } from "../text/tested";
import { number, pick, say, type Word } from "../text/words";
import { about } from "./details";
import { h, swatch } from "./dom";
import { gapsBox } from "./gaps";
import { timeline } from "./timeline";

/** What the panel shows, and what it may do. */
export interface Stage {
  model: Model;
  state: State;
  items: Map<string, Shown>;
  /** The zones that places are searched in. */
  main: Layer | undefined;
  stretches: Layer[];
  set(change: Partial<State>): void;
  goTo(key: string, layer?: Layer): void;
  fit(box: Box | null): void;
}

/** How many places are named as those where to act first, and how many states they are looked for in. */
const FIRST = 10;
const STATES = 4;
/** How many places count as the first, when states are compared by them. */
const CROWD = 100;

export function panel(stage: Stage, changed: Changes | null): (Node | string)[] {
  const item = stage.items.get(stage.state.zones);
  const boxes = [summaryBox(stage), firstBox(stage)];
  return [
    filterBox(stage),
    // Who chose a route asks where on it to act; on a telephone one of the two is in sight.
    ...(stage.state.route ? boxes.reverse() : boxes),
    gapList(stage),
    item ? legendBox(stage, item) : "",
    overLegends(stage),
    layersBox(stage),
    timeline(stage.model, stage.state, changed, stage.set),
    footer(stage, item),
  ];
}

function gapsOf({ items }: Stage): Shown | undefined {
  return [...items.values()].find((item) => item.layer.def.theme === "gaps");
}

/** What stands under the filter, right below it. */
function summaryBox(stage: Stage): Node | string {
  const { main, state, stretches } = stage;
  const item = stage.items.get(main?.name ?? "");
  const told = item?.layer.has(PLACE) ? summary(item, gapsOf(stage), state.state, stretches, state.lang) : [];
  if (told.length === 0) return "";
  return h("section", { class: "box", id: "summary" }, h("h2", {}, say(state.lang, "inShort")), ...told.map((text) => h("p", {}, text)));
}

/** The first places by priority: where to look when there are two minutes. */
function firstBox(stage: Stage): Node | string {
  const { items, main, state, goTo } = stage;
  const item = items.get(main?.name ?? "");
  if (!item?.layer.has(PLACE)) return "";
  const { layer } = item;
  const { lang } = state;
  const rows = inOrder(layer, (row) => item.passed[row]!).slice(0, FIRST);
  return h("section", { class: "box", id: "first" }, h("h2", {}, say(lang, "firstLook")),
    // Numbered as on the map: those that share a place share its number.
    h("ol", { class: "first" }, ...rows.map((row) => h("li", { value: layer.number(row, PLACE) }, h("button", { class: "link", click: () => goTo(layer.key(row)) }, layer.heading(row)), h("small", {}, ` ${layer.text(row, "state")}`)))),
    h("p", { class: "hint" }, say(lang, "hint")),
    testNote(layer.def, state),
    crowds(stage, item));
}

/** How well what is shown pointed to later incidents, where the run judged it. */
function testNote(def: LayerDef, { lang }: State): Node | null {
  const text = tested(def, lang);
  return text === null ? null : h("p", { class: "hint tested" }, text);
}

/** What must be said beside the classes of a layer: of hot spots what they are made from, and how a score was judged. */
export function notes(item: Shown, state: State): (Node | null)[] {
  const { layer, renderer } = item;
  // Of a layer with a priority, it is the priority that was judged, and not what else it draws.
  const judged = !isRanked(layer.def) || renderer.field === PLACE;
  return [hotNote(item, state), judged ? testNote(layer.def, state) : null];
}

/** A way into the states where the first places are crowded. */
function crowds({ state, fit }: Stage, { layer, passed }: Shown): Node | string {
  const counts = new Map<string, number>();
  for (const row of inOrder(layer, (row) => passed[row]! && layer.number(row, PLACE)! <= CROWD)) {
    const name = layer.text(row, "state");
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0], "es")).slice(0, STATES);
  if (most.length < 2) return "";
  return h("div", { class: "chips", role: "group", "aria-label": say(state.lang, "zoomTo") }, h("p", { class: "hint" }, say(state.lang, "zoomTo")),
    ...most.map(([name, count]) => h("button", { click: () => fit(stateBox(layer, name)) }, `${name} (${number(count, state.lang)})`)),
    h("button", { click: () => fit(null) }, say(state.lang, "zoomAll")));
}

function gapList(stage: Stage): Node | string {
  const item = gapsOf(stage);
  if (!item) return "";
  return gapsBox(item, stage.stretches, stage.state, (row) => stage.goTo(item.layer.key(row), item.layer), () => stage.set({ table: item.layer.name }));
}

function legendBox({ state, main, set }: Stage, item: Shown): Node {
  const { lang } = state;
  const { def } = item.layer;
  const { pairs } = def.legend;
  const chooser = pairs.length === 0 ? "" : h("label", { class: "field" }, say(lang, "by"),
    h("select", { id: "by", change: (event) => set({ by: (event.target as HTMLSelectElement).value, hidden: [] }) },
      h("option", { value: "", selected: state.by === "" }, say(lang, "byOwn")),
      ...pairs.flatMap((pair) => pair.fields.map((name) => h("option", { value: name, selected: state.by === name }, pick(def.legend.fields.find((f) => f.name === name)!.title, lang))))));
  const saidAbove = item.layer === main && main.has(PLACE);
  const toggle = (i: number) => set({ hidden: state.hidden.includes(i) ? state.hidden.filter((c) => c !== i) : [...state.hidden, i].sort((a, b) => a - b) });
  return h("section", { class: "box" }, h("h2", {}, say(lang, "legend")), h("p", { class: "legend-title" }, drawnTitle(item, lang)), ...(saidAbove ? [hotNote(item, state)] : notes(item, state)), chooser,
    h("ul", { class: "legend" }, ...item.renderer.classes.map((c, i) => h("li", {}, h("label", {},
      h("input", { type: "checkbox", id: `class-${i}`, checked: !state.hidden.includes(i), change: () => toggle(i) }),
      swatch(c.symbol), h("span", { class: "says" }, pick(c.says, lang)), h("span", { class: "count" }, number(item.counts[i]!, lang))))), unsureEntry(item, state)),
    h("p", { class: "shown", id: "shown" }, `${number(item.shown, lang)} ${say(lang, "of")} ${number(item.layer.length, lang)} ${say(lang, "shown")}`),
    h("p", { class: "hint" }, say(lang, "legendHint")));
}

/** What hot spots among zones are made from, and what blue does not mean. */
function hotNote({ layer, renderer }: Shown, { lang }: State): Node | null {
  return renderer.field === "gi_bin" && layer.def.geometry !== "line" ? h("p", { class: "hint" }, `${say(lang, "hotInput")} ${called(layer, "risk", lang)}. ${say(lang, "hotHow")}`) : null;
}

/** What the hatching means, where there is any. */
function unsureEntry(item: Shown, { lang }: State, counts = true): Node | null {
  const rows = unsure(item);
  const rule = item.layer.def.legend.unsure;
  if (!rule || rows.length === 0) return null;
  return h("li", { class: "unsure" }, swatch({ kind: "fill", colour: "none", hatch: rule.hatch }), h("span", { class: "says" }, pick(rule.says, lang)), counts && h("span", { class: "count" }, number(rows.length, lang)));
}

function overLegends({ state, items }: Stage): Node | string {
  const { lang } = state;
  const shown = state.over.flatMap((name) => items.get(name) ?? []);
  if (shown.length === 0) return "";
  return h("section", { class: "box" }, ...shown.map((item) => h("div", { class: "over-legend" },
    h("p", { class: "legend-title" }, pick(item.layer.def.title, lang)),
    legendOf(item, state),
    ...notes(item, state))));
}

/** The classes of a layer in words; where there is no room only those that are drawn, and without how many there are. */
export function legendOf(item: Shown, state: State, { all = true, counts = true } = {}): Node {
  const drawn = new Set(item.classes);
  return h("ul", { class: "legend" },
    ...item.renderer.classes.map((c, i) => (all || drawn.has(i)) && h("li", {}, swatch(c.symbol), h("span", { class: "says" }, pick(c.says, state.lang)), counts && h("span", { class: "count" }, number(item.counts[i]!, state.lang)))),
    unsureEntry(item, state, counts));
}

function layersBox({ model, state, set }: Stage): Node {
  const { lang } = state;
  const run = model.run(state.run);
  const radio = (value: string, text: string, by = "") => h("label", {}, h("input", { type: "radio", name: "zones", id: `zones-${value}${by && `-${by}`}`, value, checked: state.zones === value && (by === OWN) === (state.by === OWN), change: () => set({ zones: value, by, hidden: [] }) }), text);
  const zones = model.zoneLayers(run).flatMap((def) => {
    if (!isRanked(def)) return [radio(def.layer, pick(def.title, lang))];
    return [radio(def.layer, say(lang, "priorityMap")), radio(def.layer, ownTitle({ def }, lang), OWN)];
  });
  const over = (def: LayerDef) => h("label", {}, h("input", { type: "checkbox", id: `over-${def.layer}`, checked: state.over.includes(def.layer), change: () => set({ over: state.over.includes(def.layer) ? state.over.filter((n) => n !== def.layer) : [...state.over, def.layer] }) }), pick(def.title, lang));
  return h("section", { class: "box" }, h("h2", {}, say(lang, "layers")),
    h("fieldset", {}, h("legend", {}, say(lang, "zoneLayer")), ...zones, radio("", say(lang, "none"))),
    h("fieldset", {}, h("legend", {}, say(lang, "over")), ...model.overLayers(run).map(over)));
}

function filterBox({ state, main, stretches, set, fit }: Stage): Node {
  const { lang } = state;
  const names = new Set<string>();
  if (main?.has("state")) for (let row = 0; row < main.length; row++) names.add(main.text(row, "state"));
  names.delete("");
  const states = [...names].sort((a, b) => a.localeCompare(b, "es"));
  const option = (value: string, text: string, chosen: string) => h("option", { value, selected: value === chosen }, text);
  const select = (id: string, word: Word, all: Word, options: [string, string][], chosen: string, change: (value: string) => void) => h("label", { class: "field" }, say(lang, word),
    h("select", { id, change: (event) => change((event.target as HTMLSelectElement).value) }, option("", say(lang, all), chosen), ...options.map(([value, text]) => option(value, text, chosen))));
  const active = state.state !== "" || state.route !== "" || state.hidden.length > 0;
  return h("section", { class: "box", id: "filters", tabindex: -1 }, h("h2", {}, say(lang, "filter")),
    select("filter-state", "state", "all", states.map((s) => [s, s]), state.state, (chosen) => {
      set({ state: chosen });
      fit(stateBox(main, chosen));
    }),
    select("filter-route", "route", "allRoutes", routes(stretches).map((r) => [r.key, r.name]), state.route, (chosen) => {
      set({ route: chosen });
      if (chosen) fit(routeBox(stretches, chosen));
    }),
    h("button", { id: "clear", disabled: !active, click: () => set({ state: "", route: "", hidden: [] }) }, say(lang, "clear")));
}

function footer({ model, state }: Stage, item: Shown | undefined): Node {
  const { lang } = state;
  const { page } = model;
  const shape = item?.layer.def.shape;
  const within = shape ? page.shapes[shape]?.within_m : undefined;
  return h("footer", {},
    item ? about(item.layer, lang) : "",
    h("p", {}, `${say(lang, "run")} ${model.run(state.run).run}`),
    page.basemap && h("p", { class: "basemap-told" }, `${say(lang, "basemap")}: ${page.basemap.host}. ${say(lang, "basemapSees")}`),
    page.contact && h("p", {}, `${say(lang, "contact")}: ${page.contact}`),
    page.licence && h("p", {}, `${say(lang, "licence")}: ${page.licence}`),
    within ? h("p", {}, `${say(lang, "within")} ${number(within, lang, within < 10 ? 1 : 0)} m.`) : "");
}
