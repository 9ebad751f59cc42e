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
    // Folded where there is no room: what each colour stands for is said all the same.
    !open && !roomForKey() && h("div", { class: "key-brief", id: "key-brief" }, ...items.filter((item) => item.shown > 0).map((item) => brief(item, lang))),
  ].filter((node) => node !== false);
}

/** A layer in one line: its first class that is drawn, and its last. */
function brief(item: Shown, lang: Lang): Node {
  const drawn = item.renderer.classes.filter((_, i) => item.classes.includes(i) && item.counts[i]! > 0);
  const [first, last] = [drawn[0], drawn[drawn.length - 1]];
  const title = `${heading(item, lang)}${item.layer.def.theme === "gaps" ? `: ${beyond(item.layer, lang)}` : ""}`;
  if (!first || !last || first === last) return h("p", { class: "key-line" }, first && swatch(first.symbol), h("span", {}, title));
  return h("p", { class: "key-line" }, swatch(first.symbol), h("span", {}, `${title}: ${pick(first.says, lang)} – ${pick(last.says, lang)}`), swatch(last.symbol));
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
