// The profile as a picture that follows the pointer and the arrow keys.

import type { Layer } from "../data/layer";
import type { Lang, Renderer } from "../data/types";
import { inGap, pieceAt, type Profile } from "../profile";
import { scoreOf } from "../model";
import { beyond, called, shown } from "../text/tell";
import { number, pick, say } from "../text/words";
import { h, svg } from "./dom";

const WIDTH = 1000;
const HEIGHT = 150;
const LEFT = 34;
const TOP = 10;
const FLOOR = 118;

export interface ProfileView {
  element: HTMLElement;
  /** Moves the cursor without telling anyone. */
  set(km: number | null): void;
}

export function profileView(p: Profile, layer: Layer, name: string, renderer: Renderer, lang: Lang, onMove: (km: number | null) => void, onClose: () => void): ProfileView {
  const score = scoreOf(layer.def);
  const x = (km: number) => LEFT + (km / (p.length || 1)) * (WIDTH - LEFT - 8);
  const y = (score: number) => FLOOR - (score / p.top) * (FLOOR - TOP);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", class: "profile-picture", "aria-hidden": "true", focusable: "false" });
  for (const part of [0, 0.5, 1]) {
    const at = y(part * p.top);
    picture.append(svg("line", { x1: LEFT, x2: WIDTH - 8, y1: at, y2: at, class: "grid" }));
  }
  for (const piece of p.pieces) {
    const colour = renderer.classes[piece.class]?.symbol.colour ?? null;
    const score = piece.score ?? p.top * 0.04;
    picture.append(svg("rect", { x: x(piece.from), width: Math.max(0.5, x(piece.to) - x(piece.from)), y: y(score), height: FLOOR - y(score), fill: colour, class: colour ? "piece" : "piece none" }));
  }
  for (const gap of p.gaps) {
    picture.append(svg("rect", { x: x(gap.from), width: Math.max(1, x(gap.to) - x(gap.from)), y: FLOOR + 4, height: 9, class: "gap" }));
  }
  const cursor = svg("line", { y1: TOP - 6, y2: FLOOR + 14, class: "cursor", visibility: "hidden" });
  picture.append(cursor);
  const told = h("output", { class: "profile-told", "aria-live": "off" });
  const axis = h("div", { class: "profile-axis", "aria-hidden": "true" }, h("span", {}, "0 km"), h("span", {}, `${number(p.length, lang, 0)} km`));
  const scale = h("div", { class: "profile-scale", "aria-hidden": "true" }, h("span", {}, number(p.top, lang, p.top > 1 ? 0 : 1)), h("span", {}, "0"));
  const slider = h("div", { class: "profile-slider", role: "slider", tabindex: 0, "aria-label": `${say(lang, "profile")}: ${name}`, "aria-valuemin": 0, "aria-valuemax": Math.round(p.length), "aria-valuenow": 0 }, picture);
  let at = 0;
  const text = (km: number) => {
    const piece = pieceAt(p, km);
    const parts = [`km ${number(km, lang, 0)}`];
    if (piece) {
      parts.push(layer.has("name") ? layer.text(piece.row, "name") || say(lang, "outside") : layer.heading(piece.row));
      const word = score?.field === "risk" && layer.has("risk_class") ? ` (${shown(layer, "risk_class", layer.value(piece.row, "risk_class"), lang)})` : "";
      parts.push(piece.score === null ? say(lang, "noValue") : `${called(layer, score?.field ?? "", lang)}: ${number(piece.score, lang, score?.most === 1 ? 2 : 0)}${word}`);
    } else parts.push(say(lang, "outside"));
    if (inGap(p, km)) parts.push(beyond(layer, lang));
    return parts.join(" · ");
  };
  const set = (km: number | null) => {
    if (km === null) {
      cursor.setAttribute("visibility", "hidden");
      told.textContent = `${say(lang, "profileHint")} ${beyond(layer, lang)}.`;
      return;
    }
    at = Math.max(0, Math.min(p.length, km));
    cursor.setAttribute("visibility", "visible");
    cursor.setAttribute("x1", String(x(at)));
    cursor.setAttribute("x2", String(x(at)));
    told.textContent = text(at);
    slider.setAttribute("aria-valuenow", String(Math.round(at)));
    slider.setAttribute("aria-valuetext", text(at));
  };
  const move = (km: number | null) => {
    set(km);
    onMove(km === null ? null : at);
  };
  const kmOf = (event: PointerEvent) => {
    const box = picture.getBoundingClientRect();
    const unit = ((event.clientX - box.left) / box.width) * WIDTH;
    return ((unit - LEFT) / (WIDTH - LEFT - 8)) * p.length;
  };
  slider.addEventListener("pointermove", (event) => move(kmOf(event)));
  slider.addEventListener("pointerdown", (event) => move(kmOf(event)));
  slider.addEventListener("pointerleave", () => move(null));
  slider.addEventListener("focus", () => move(at));
  slider.addEventListener("keydown", (event) => {
    const step = p.length / 100;
    const to: Record<string, number> = { ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step, PageDown: at - 10 * step, PageUp: at + 10 * step, Home: 0, End: p.length };
    const km = to[event.key];
    if (km === undefined) return;
    event.preventDefault();
    move(km);
  });
  set(null);
  const legend = h("ul", { class: "profile-legend" });
  renderer.classes.forEach((c, i) => {
    if (!p.pieces.some((piece) => piece.class === i)) return;
    const box = svg("svg", { viewBox: "0 0 10 10", class: "dab", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, fill: c.symbol.colour, class: "rim-of-dab" }));
    legend.append(h("li", {}, box, pick(c.says, lang)));
  });
  const element = h("section", { class: "profile", "aria-label": say(lang, "profile") },
    h("div", { class: "profile-head" }, h("h2", {}, [name, score && called(layer, score.field, lang)].filter(Boolean).join(" · ")), legend, h("button", { class: "quiet", click: onClose, "aria-label": `${say(lang, "close")}: ${say(lang, "profile")}` }, "×")),
    h("div", { class: "profile-body" }, scale, slider),
    axis, told);
  return { element, set };
}
