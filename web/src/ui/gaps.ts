// Gaps by their length: where they begin and end, and which states they pass through.

import { kmIn, longest } from "../gaps";
import type { Layer } from "../data/layer";
import type { Shown } from "../model";
import type { State } from "../state";
import { number, say } from "../text/words";
import { h } from "./dom";

/** How many are named beside the map; the table has all. */
const NAMED = 5;

export function gapsBox(item: Shown, stretches: Layer[], state: State, onChoose: (row: number) => void, onAll: () => void): HTMLElement {
  const { layer } = item;
  const { lang } = state;
  const km = (value: number) => `${number(value, lang, 0)} km`;
  const part = (row: number) => {
    if (!state.state) return layer.text(row, "states");
    const inside = km(kmIn(layer, row, stretches, state.state));
    return lang === "es" ? `${inside} en ${state.state}` : `${inside} in ${state.state}`;
  };
  const rows = longest(layer, (row) => item.passed[row]!).slice(0, NAMED);
  return h("section", { class: "box", id: "gaps" }, h("h2", {}, say(lang, "gaps")),
    h("ol", { class: "first" }, ...rows.map((row) => h("li", {},
      h("button", { class: "link", click: () => onChoose(row) }, `${km(layer.number(row, "km") ?? 0)}: ${layer.heading(row)}`), h("small", {}, ` ${part(row)}`)))),
    state.state && rows.length ? h("p", { class: "hint" }, say(lang, "gapsWhole")) : null,
    h("p", {}, h("button", { id: "gaps-all", click: onAll }, say(lang, "gapsAll"))));
}
