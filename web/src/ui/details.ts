// What one feature is, in words.

import type { Layer } from "../data/layer";
import type { Lang } from "../data/types";
import { drawnTitle, sentences, shown, title } from "../text/tell";
import { number, pick, say } from "../text/words";
import { isUnsure, type Shown } from "../model";
import { h, svg, swatch } from "./dom";
import { priorityOf, sideBySide, type Ranked } from "./priority";

export interface Compared {
  layer: Layer;
  label: string;
  /** Whether it is of a later run than the one shown. */
  newer: boolean;
}

/** What the details may know besides the layer that was chosen, and what they may do. */
export interface Around {
  /** Tables of girls and boys. */
  others: Layer[];
  compared: Compared | null;
  /** The zone that was chosen, with its priority; null for lines, points and other areas. */
  ranked: Ranked | null;
  /** The zone that it is set beside. */
  beside: Ranked | null;
  onClose(): void;
  onGo: (() => void) | null;
  onBeside(on: boolean): void;
  onPrint(): void;
}

export function details(item: Shown, row: number, around: Around, lang: Lang): HTMLElement {
  const { layer, renderer } = item;
  const { ranked, beside, compared } = around;
  const found = renderer.classes[item.all[row]!];
  const unsure = isUnsure(item, row) ? layer.def.legend.unsure : null;
  const where = [layer.text(row, "state") || layer.text(row, "states"), layer.text(row, "route_name")].filter((v) => v && v !== layer.heading(row)).join(" · ");
  const out = h("section", { class: "details", id: "details", tabindex: -1, "aria-label": say(lang, "details") },
    h("button", { class: "quiet close", click: () => around.onClose(), "aria-label": `${say(lang, "close")}: ${say(lang, "details")}` }, "×"),
    h("h2", {}, layer.heading(row)),
    where && h("p", { class: "where" }, where),
    beside && ranked && beside.row !== ranked.row && sideBySide(beside, ranked, lang, () => around.onBeside(false)),
    ranked && priorityOf(ranked, lang),
    h("p", { class: "actions" },
      around.onGo && h("button", { click: around.onGo }, say(lang, "goto")),
      ranked && h("button", { id: "set-beside", "aria-pressed": String(beside?.row === ranked.row), click: () => around.onBeside(beside?.row !== ranked.row) }, say(lang, "setBeside")),
      h("button", { id: "print-sheet", click: () => around.onPrint() }, say(lang, "sheet"))),
    ranked && beside?.row === ranked.row && h("p", { class: "hint", role: "status" }, say(lang, "besideNext")),
    found && h("p", { class: "layer-told" }, drawnTitle(item, lang)),
    found && h("p", { class: "class" }, swatch(found.symbol, unsure?.hatch ?? null), [pick(found.says, lang), unsure && pick(unsure.says, lang).toLowerCase()].filter(Boolean).join(" · ")),
    h("ul", { class: "facts" }, ...sentences(layer, row, lang).map((sentence) => h("li", {}, sentence))),
    intervals(layer, row, lang),
    ...around.others.flatMap((other) => {
      const own = other.row(layer.key(row));
      return own === undefined ? [] : [sexes(other, own, lang)];
    }),
    layer.has("girls_pct") && sexes(layer, row, lang),
    compared && changed(layer, row, compared, lang),
    h("details", {}, h("summary", {}, say(lang, "allFields")), fields(layer, row, lang)),
    about(layer, lang));
  return out;
}

/** Estimates with bounds of their own: `x` beside `x_lo` and `x_hi`. */
function intervals(layer: Layer, row: number, lang: Lang): Node | null {
  const items = layer.def.legend.fields.flatMap((field) => {
    const [value, low, high] = [field.name, `${field.name}_lo`, `${field.name}_hi`].map((name) => layer.number(row, name));
    if (value == null || low == null || high == null) return [];
    const text = (v: number) => shown(layer, field.name, v, lang);
    return [h("li", {}, `${pick(field.title, lang)}: ${text(value)} (${text(low)} – ${text(high)})`)];
  });
  return items.length ? h("ul", { class: "facts" }, ...items) : null;
}

/** Girls beside boys, with the interval that the standard error gives. */
function sexes(layer: Layer, row: number, lang: Lang): Node | null {
  const both = (["girls", "boys"] as const).map((sex) => ({
    word: say(lang, sex),
    pct: layer.number(row, `${sex}_pct`),
    error: layer.number(row, `${sex}_se`),
    all: layer.number(row, sex),
    working: layer.number(row, `${sex}_cl`),
  }));
  if (both.every((b) => b.pct === null)) return null;
  const most = Math.max(10, ...both.map((b) => (b.pct ?? 0) + 1.96 * (b.error ?? 0)));
  const top = Math.min(100, Math.ceil(most / 10) * 10);
  const rows = both.map((b) => {
    if (b.pct === null) return h("li", {}, `${b.word}: ${say(lang, "noValue")}`);
    const low = b.error === null ? null : Math.max(0, b.pct - 1.96 * b.error);
    const high = b.error === null ? null : Math.min(100, b.pct + 1.96 * b.error);
    const range = low === null || high === null ? "" : ` (${number(low, lang, 1)}–${number(high, lang, 1)} %)`;
    const x = (v: number) => (v / top) * 200;
    const bar = svg("svg", { viewBox: "0 0 200 12", class: "bar", "aria-hidden": "true", preserveAspectRatio: "none" },
      svg("rect", { width: 200, height: 12, class: "bar-ground" }),
      svg("rect", { width: x(b.pct), height: 12, class: "bar-value" }),
      low !== null && high !== null ? svg("rect", { x: x(low), width: x(high) - x(low), y: 5, height: 2, class: "bar-range" }) : null);
    const count = b.working === null || b.all === null ? null
      : h("small", {}, lang === "es" ? `unos ${number(b.working, lang)} de ${number(b.all, lang)}` : `about ${number(b.working, lang)} of ${number(b.all, lang)}`);
    return h("li", {}, h("span", {}, `${b.word}: ${number(b.pct, lang, 1)} %${range}`), bar, count);
  });
  return h("div", { class: "sexes" }, h("h3", {}, pick(layer.def.title, lang)), h("ul", {}, ...rows), h("small", {}, say(lang, "interval")));
}

function changed(layer: Layer, row: number, compared: Compared, lang: Lang): Node {
  const old = compared.layer.row(layer.key(row));
  const lines = old === undefined ? [] : layer.def.legend.fields.flatMap((field) => {
    if (!compared.layer.has(field.name)) return [];
    const [before, after] = [compared.layer.value(old, field.name), layer.value(row, field.name)];
    const told = [shown(compared.layer, field.name, before, lang), shown(layer, field.name, after, lang)];
    // What is too small to be seen in the figures would only puzzle.
    if (told[0] === told[1]) return [];
    return [h("li", {}, `${pick(field.title, lang)}: ${(compared.newer ? told.reverse() : told).join(" → ")}`)];
  });
  const none = old === undefined ? (lang === "es" ? "No estaba en esa corrida." : "It was not in that run.") : lang === "es" ? "Nada cambió." : "Nothing changed.";
  return h("div", { class: "changed" }, h("h3", {}, compared.label), lines.length ? h("ul", {}, ...lines) : h("p", {}, none));
}

function fields(layer: Layer, row: number, lang: Lang): Node {
  const list = h("dl");
  for (const field of layer.def.legend.fields) {
    if (!layer.has(field.name)) continue;
    list.append(h("dt", {}, title(field, lang)), h("dd", {}, shown(layer, field.name, layer.value(row, field.name), lang)));
  }
  return list;
}

/** What a reader must know of a layer. */
export function about(layer: Layer, lang: Lang): HTMLElement {
  const { def } = layer;
  const caveats = def.caveats.map((c) => pick(c, lang)).filter(Boolean);
  return h("details", { class: "about" }, h("summary", {}, say(lang, "about")),
    h("p", {}, pick(def.description, lang)),
    caveats.length ? h("h3", {}, say(lang, "caveats")) : null,
    caveats.length ? h("ul", {}, ...caveats.map((c) => h("li", {}, c))) : null,
    def.sources.length ? h("p", {}, `${say(lang, "sources")}: ${def.sources.join("; ")}.`) : null,
    def.date ? h("p", {}, `${say(lang, "date")}: ${def.date}.`) : null,
    def.licence ? h("p", {}, `${say(lang, "licence")}: ${def.licence}.`) : null);
}
