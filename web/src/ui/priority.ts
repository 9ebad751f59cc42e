// The priority of a place, and why: what stands first in its details, and two places side by side.

import type { Layer } from "../data/layer";
import type { Lang } from "../data/types";
import { PLACE, placed, reasons } from "../priority";
import { called, crossing, nearest, shown } from "../text/tell";
import { number, say } from "../text/words";
import { h } from "./dom";

/** A zone with what the page knows of its priority. */
export interface Ranked {
  layer: Layer;
  row: number;
  /** Names of the routes that cross it. */
  routes: string[];
}

/** Its place, the values that speak for it, and the nearest service. */
export function priorityOf({ layer, row, routes }: Ranked, lang: Lang): HTMLElement {
  const place = layer.number(row, PLACE);
  const all = number(placed(layer), lang);
  const of = (n: number, count: number) => `${number(n, lang)} ${say(lang, "of")} ${number(count, lang)}`;
  const lead = place === null ? null
    : lang === "es" ? `Lugar ${number(place, lang)} de ${all} por prioridad, entre los municipios que cruza una ruta.`
    : `Rank ${number(place, lang)} of ${all} by priority, among the municipalities that routes cross.`;
  const table = h("table", { class: "reasons" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say(lang, "why")), h("th", { scope: "col" }, say(lang, "value")), h("th", { scope: "col" }, say(lang, "whyPlace")))),
    h("tbody", {}, ...reasons(layer, row).map((reason) => h("tr", {},
      h("th", { scope: "row" }, called(layer, reason.field, lang)),
      h("td", {}, shown(layer, reason.field, layer.value(row, reason.field), lang)),
      h("td", {}, reason.place === null ? "–" : of(reason.place, reason.of))))));
  return h("div", { class: "priority", id: "priority" },
    lead && h("p", { class: "lead" }, lead),
    ...crossing(layer, row, routes, lang).map((text) => h("p", {}, text)),
    lead && table,
    ...nearest(layer, row, lang).map((text) => h("p", { class: "nearest" }, text)));
}

/** Two places in the fields that matter. */
export function sideBySide(a: Ranked, b: Ranked, lang: Lang, onEnd: () => void): HTMLElement {
  const { layer } = a;
  const fields = [PLACE, ...reasons(layer, a.row).map((reason) => reason.field), "route_km", "near_km", "gi_bin", "risk_class", "pop"].filter((field) => layer.has(field));
  const heading = ({ row }: Ranked) => h("th", { scope: "col" }, layer.heading(row), h("small", {}, ` ${layer.text(row, "state")}`));
  return h("section", { class: "beside", id: "beside" }, h("h3", {}, say(lang, "besideTitle")),
    h("table", {},
      h("thead", {}, h("tr", {}, h("td"), heading(a), heading(b))),
      h("tbody", {}, ...[...new Set(fields)].map((field) => h("tr", {}, h("th", { scope: "row" }, called(layer, field, lang)),
        ...[a, b].map(({ row }) => h("td", {}, shown(layer, field, layer.value(row, field), lang))))))),
    h("p", {}, h("button", { id: "beside-end", click: onEnd }, say(lang, "besideEnd"))));
}
