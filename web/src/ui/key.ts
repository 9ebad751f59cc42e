// The key on the map: what its colours, lines and numbers mean, in sight from the beginning.

import type { Lang } from "../data/types";
import type { Shown } from "../model";
import type { State } from "../state";
import { beyond, called, drawnTitle } from "../text/tell";
import { pick, say, type Word } from "../text/words";
import { h, svg, swatch } from "./dom";
import { legendOf } from "./panel";

/** Whether there is room for it beside what the map shows; else only its button stands there. */
export function roomForKey(): boolean {
  return !window.matchMedia("(max-width: 760px), (max-height: 500px)").matches;
}

/** The layers that are drawn with the classes that are seen, and what the numbers are, where there are any. */
export function mapKey(items: Shown[], pinsTold: Word | null, state: State, open: boolean, fold: () => void): Node[] {
  const { lang } = state;
  return [
    h("button", { id: "key-fold", "aria-expanded": String(open), "aria-controls": "key-body", click: fold }, say(lang, "legend")),
    h("div", { class: "key-body", id: "key-body", hidden: !open },
      ...items.filter((item) => item.shown > 0).flatMap((item) => item.renderer.kind === "single" ? [alone(item, lang)] : [h("p", { class: "legend-title" }, heading(item, lang)), legendOf(item, state, { all: false, counts: false })]),
      pinsTold && h("p", { class: "key-line" }, pin(), h("span", {}, say(lang, pinsTold)))),
  ];
}

/** What each colour stands for, in a few lines: under the map where there is no room for the key on it. */
export function keyBrief(items: Shown[], lang: Lang): Node[] {
  return items.filter((item) => item.shown > 0).map((item) => brief(item, lang));
}

/** A layer in one line: its first class that is drawn. */
function brief(item: Shown, lang: Lang): Node {
  const { layer, renderer } = item;
  const first = renderer.classes.find((_, i) => item.counts[i]! > 0);
  const more = layer.def.theme === "gaps" ? beyond(layer, lang) : renderer.kind === "single" || !first ? "" : pick(first.says, lang);
  return h("p", { class: "key-line" }, first && swatch(first.symbol), h("span", {}, more ? `${heading(item, lang)}: ${more}` : heading(item, lang)));
}

/** What the classes are of: a class by its own name, which may say what it does not mean. */
function heading(item: Shown, lang: Lang): string {
  const { layer, renderer } = item;
  return renderer.kind !== "single" && renderer.field === "risk_class" ? called(layer, renderer.field, lang) : drawnTitle(item, lang);
}

/** What has no classes is told in one line: gaps by how far a service is. */
function alone(item: Shown, lang: Lang): Node {
  const { layer, renderer } = item;
  return h("p", { class: "key-line" }, swatch(renderer.classes[0]!.symbol), h("span", {}, h("strong", {}, drawnTitle(item, lang)), layer.def.theme === "gaps" ? `: ${beyond(layer, lang)}` : ""));
}

function pin(): SVGElement {
  return svg("svg", { class: "swatch pin", viewBox: "0 0 24 16", "aria-hidden": "true", focusable: "false" },
    svg("circle", { cx: 12, cy: 8, r: 7.5 }), svg("text", { x: 12, y: 11.5, "text-anchor": "middle" }, "1"));
}
