// The panel beside the map: where to act, legend, layers, filters, runs.

import { rowsOf, stateBox, routeBox, type Box } from "../boxes";
import type { Layer } from "../data/layer";
import type { LayerDef } from "../data/types";
import { routes, unsure, type Changes, type Model, type Shown } from "../model";
import type { State } from "../state";
import { summary } from "../text/summary";
import { number, pick, say, type Word } from "../text/words";
import { about } from "./details";
import { h, swatch } from "./dom";
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
  goTo(key: string): void;
  fit(box: Box | null): void;
}

/** How many places are named as those where to act first. */
const FIRST = 5;

export function panel(stage: Stage, changed: Changes | null): (Node | string)[] {
  const item = stage.items.get(stage.state.zones);
  return [
    firstBox(stage),
    item ? legendBox(stage, item) : "",
    overLegends(stage),
    layersBox(stage),
    filterBox(stage),
    timeline(stage.model, stage.state, changed, stage.set),
    footer(stage, item),
  ];
}

/** The first places by priority: where to look when there are two minutes. */
function firstBox({ items, main, state, goTo }: Stage): Node | string {
  const item = items.get(main?.name ?? "");
  if (!item?.layer.has("prio_rank")) return "";
  const { layer } = item;
  const { lang } = state;
  const rows = rowsOf(layer, (row) => item.classes[row]! >= 0 && layer.number(row, "prio_rank") !== null)
    .sort((a, b) => layer.number(a, "prio_rank")! - layer.number(b, "prio_rank")!).slice(0, FIRST);
  const gaps = [...items.values()].find((other) => other.layer.def.theme === "gaps");
  return h("section", { class: "box" }, h("h2", {}, say(lang, "firstLook")),
    ...summary(item, gaps, lang).map((text) => h("p", {}, text)),
    h("p", { class: "hint" }, say(lang, "hint")),
    h("ol", { class: "first" }, ...rows.map((row) => h("li", {}, h("button", { class: "link", click: () => goTo(layer.key(row)) }, layer.heading(row)), h("small", {}, ` ${layer.text(row, "state")}`)))));
}

function legendBox({ state, set }: Stage, item: Shown): Node {
  const { lang } = state;
  const { def } = item.layer;
  const { pairs } = def.legend;
  const chooser = pairs.length === 0 ? "" : h("label", { class: "field" }, say(lang, "by"),
    h("select", { id: "by", change: (event) => set({ by: (event.target as HTMLSelectElement).value, hidden: [] }) },
      h("option", { value: "", selected: state.by === "" }, say(lang, "byOwn")),
      ...pairs.flatMap((pair) => pair.fields.map((name) => h("option", { value: name, selected: state.by === name }, pick(def.legend.fields.find((f) => f.name === name)!.title, lang))))));
  const toggle = (i: number) => set({ hidden: state.hidden.includes(i) ? state.hidden.filter((c) => c !== i) : [...state.hidden, i].sort((a, b) => a - b) });
  return h("section", { class: "box" }, h("h2", {}, say(lang, "legend")), h("p", { class: "legend-title" }, pick(def.title, lang)), chooser,
    h("ul", { class: "legend" }, ...item.renderer.classes.map((c, i) => h("li", {}, h("label", {},
      h("input", { type: "checkbox", id: `class-${i}`, checked: !state.hidden.includes(i), change: () => toggle(i) }),
      swatch(c.symbol), h("span", { class: "says" }, pick(c.says, lang)), h("span", { class: "count" }, number(item.counts[i]!, lang))))), unsureEntry(item, state)),
    h("p", { class: "shown", id: "shown" }, `${number(item.shown, lang)} ${say(lang, "of")} ${number(item.layer.length, lang)} ${say(lang, "shown")}`),
    h("p", { class: "hint" }, say(lang, "legendHint")));
}

/** What the hatching means, where there is any. */
export function unsureEntry(item: Shown, { lang }: State): Node | null {
  const rows = unsure(item);
  const rule = item.layer.def.legend.unsure;
  if (!rule || rows.length === 0) return null;
  return h("li", { class: "unsure" }, swatch({ kind: "fill", colour: "none", hatch: rule.hatch }), h("span", { class: "says" }, pick(rule.says, lang)), h("span", { class: "count" }, number(rows.length, lang)));
}

function overLegends({ state, items }: Stage): Node | string {
  const { lang } = state;
  const shown = state.over.flatMap((name) => items.get(name) ?? []);
  if (shown.length === 0) return "";
  return h("section", { class: "box" }, ...shown.map((item) => h("div", { class: "over-legend" },
    h("p", { class: "legend-title" }, pick(item.layer.def.title, lang)),
    h("ul", { class: "legend" }, ...item.renderer.classes.map((c, i) => h("li", {}, swatch(c.symbol), h("span", { class: "says" }, pick(c.says, lang)), h("span", { class: "count" }, number(item.counts[i]!, lang))))))));
}

function layersBox({ model, state, set }: Stage): Node {
  const { lang } = state;
  const run = model.run(state.run);
  const radio = (value: string, text: string) => h("label", {}, h("input", { type: "radio", name: "zones", id: `zones-${value}`, value, checked: state.zones === value, change: () => set({ zones: value, by: "", hidden: [] }) }), text);
  const over = (def: LayerDef) => h("label", {}, h("input", { type: "checkbox", id: `over-${def.layer}`, checked: state.over.includes(def.layer), change: () => set({ over: state.over.includes(def.layer) ? state.over.filter((n) => n !== def.layer) : [...state.over, def.layer] }) }), pick(def.title, lang));
  return h("section", { class: "box" }, h("h2", {}, say(lang, "layers")),
    h("fieldset", {}, h("legend", {}, say(lang, "zoneLayer")), ...model.zoneLayers(run).map((def) => radio(def.layer, pick(def.title, lang))), radio("", say(lang, "none"))),
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
  return h("section", { class: "box" }, h("h2", {}, say(lang, "filter")),
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
