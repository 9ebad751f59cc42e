// The table: the map's accessible twin. Sorted by any column, a hundred rows at a time.

import { csv } from "../csv";
import type { Layer } from "../data/layer";
import type { Lang, Value } from "../data/types";
import { PLACE } from "../priority";
import { shown, title } from "../text/tell";
import { number, pick, say } from "../text/words";
import { h } from "./dom";

const PAGE = 100;

/** Order of two values: numbers by size, texts by letters, missing last whichever way. */
export function compare(a: Value, b: Value, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "es", { numeric: true });
  return down ? -order : order;
}

export interface TableView {
  element: HTMLElement;
  update(rows: number[]): void;
}

export function tableView(layer: Layer, lang: Lang, chooser: Node, onPick: (row: number) => void, onClose: () => void): TableView {
  const fields = layer.def.legend.fields.filter((f) => layer.has(f.name));
  const rank = fields.find((f) => f.name === PLACE);
  // Gaps by their length, the longest first.
  const gaps = layer.def.theme === "gaps" && layer.has("km");
  let sort = { field: gaps ? "km" : rank ? rank.name : layer.def.key, down: gaps };
  let rows: number[] = [];
  let from = 0;
  const status = h("p", { class: "table-status", role: "status" });
  const head = h("tr");
  const body = h("tbody");
  const scroll = h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": `${say(lang, "tableOf")} ${pick(layer.def.title, lang)}` },
    h("table", {}, h("caption", { class: "unseen" }, pick(layer.def.title, lang)), h("thead", {}, head), body));
  const previous = h("button", { click: () => page(-1) }, say(lang, "previous"));
  const next = h("button", { click: () => page(1) }, say(lang, "next"));
  const page = (step: number) => {
    from = Math.max(0, Math.min(Math.floor((rows.length - 1) / PAGE) * PAGE, from + step * PAGE));
    draw();
    scroll.scrollTop = 0;
  };
  const sorted = () => [...rows].sort((a, b) => compare(layer.value(a, sort.field), layer.value(b, sort.field), sort.down) || a - b);
  const headings = fields.map((field) => {
    const button = h("button", { class: "sort", click: () => {
      sort = { field: field.name, down: sort.field === field.name && !sort.down };
      from = 0;
      draw();
    } }, title(field, lang));
    const cell = h("th", { scope: "col" }, button);
    head.append(cell);
    return { field, cell };
  });
  const draw = () => {
    for (const { field, cell } of headings) {
      if (field.name === sort.field) cell.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    const part = sorted().slice(from, from + PAGE);
    body.replaceChildren(...part.map((row) => h("tr", {}, ...fields.map((field) => {
      const value = layer.value(row, field.name);
      const words = value === null ? "–" : field.values.length || typeof value !== "number" ? shown(layer, field.name, value, lang) : number(value, lang);
      if (field.name === layer.def.legend.heading) {
        return h("th", { scope: "row" }, h("button", { class: "link", click: () => onPick(row) }, words));
      }
      return h("td", typeof value === "number" && !field.values.length ? { class: "number" } : {}, words);
    }))));
    const last = Math.min(from + PAGE, rows.length);
    status.textContent = `${number(rows.length ? from + 1 : 0, lang)}–${number(last, lang)} ${say(lang, "of")} ${number(rows.length, lang)} ${say(lang, "rows")}`;
    previous.disabled = from === 0;
    next.disabled = last >= rows.length;
  };
  const download = () => {
    const names = fields.map((f) => f.name);
    const text = csv(names, sorted().map((row) => names.map((name) => layer.value(row, name))));
    const link = h("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), download: `${layer.name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const element = h("section", { class: "table", "aria-label": say(lang, "table"), id: "table" },
    h("div", { class: "table-head" }, h("h2", {}, say(lang, "table")), chooser, h("button", { click: download }, say(lang, "download")), h("button", { click: onClose }, say(lang, "close"))),
    scroll,
    h("div", { class: "table-foot" }, previous, next, status));
  return {
    element,
    update(given) {
      rows = given;
      from = Math.min(from, Math.max(0, Math.floor((rows.length - 1) / PAGE) * PAGE));
      draw();
    },
  };
}
