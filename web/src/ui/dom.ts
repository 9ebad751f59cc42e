// Elements made of text: nothing that comes from data is ever read as HTML.

import { PX_PER_MM, strokes } from "../map/hatch";
import type { Hatch, Symbol } from "../data/types";

type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, props);
  append(element, children);
  return element;
}

export function svg(tag: string, props: Props = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(element, props);
  append(element, children);
  return element;
}

function set(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) if (child) element.append(child);
}

/** A colour as a legend shows it; drawn as a picture, since the page's policy lets no style in. */
export function swatch(symbol: Pick<Symbol, "kind" | "colour" | "hatch" | "casing" | "width_mm">, over: Hatch | null = null): SVGElement {
  const picture = svg("svg", { class: "swatch", viewBox: "0 0 24 16", "aria-hidden": "true", focusable: "false" });
  if (symbol.kind === "line") {
    const width = (symbol.width_mm ?? 0) * PX_PER_MM;
    picture.append(
      svg("line", { x1: 1, y1: 8, x2: 23, y2: 8, stroke: symbol.casing, "stroke-width": width + 2 }),
      // A light rim is seen on paper by a thin line around it.
      svg("rect", { x: 1, y: 8 - width / 2 - 1, width: 22, height: width + 2, class: "rim" }),
      svg("line", { x1: 1, y1: 8, x2: 23, y2: 8, stroke: symbol.colour, "stroke-width": width }),
    );
  } else if (symbol.kind === "marker") {
    picture.append(svg("circle", { cx: 12, cy: 8, r: 5.5, fill: symbol.colour, class: "ring" }));
  } else {
    picture.append(svg("rect", { x: 1, y: 1, width: 22, height: 14, fill: symbol.colour }), ...[symbol.hatch, over].map((hatch) => hatch ? lines(hatch) : null).filter((l) => l !== null), svg("rect", { x: 1, y: 1, width: 22, height: 14, class: "rim" }));
  }
  return picture;
}

/** Lines across the field of a swatch; what is inside an inner picture is cut at its edge. */
function lines(hatch: Hatch): SVGElement {
  const step = hatch.apart_mm * PX_PER_MM * (hatch.angle_deg % 90 === 0 ? 1 : Math.SQRT2);
  return svg("svg", { x: 1, y: 1, width: 22, height: 14, viewBox: "0 0 22 14", class: "hatch" }, ...strokes(hatch.angle_deg, step, 22, 14).map(([x1, y1, x2, y2]) => svg("line", { x1, y1, x2, y2, "stroke-width": hatch.width_mm * PX_PER_MM })));
}

/** The colours of the style definition, for the style sheet: `--map-NAME`. */
export function useColours(colours: Record<string, string>): void {
  for (const [name, colour] of Object.entries(colours)) document.documentElement.style.setProperty(`--map-${name}`, colour);
}

/** Draws anew without losing the place of whoever works with the keyboard. */
export function keepFocus(holder: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const id = active && holder.contains(active) ? active.id : "";
  const value = active instanceof HTMLInputElement && active.type === "search" ? active.value : null;
  const open = [...holder.querySelectorAll("details")].map((d) => d.open);
  const scroll = holder.scrollTop;
  draw();
  holder.querySelectorAll("details").forEach((d, i) => (d.open = open[i] ?? d.open));
  holder.scrollTop = scroll;
  if (!id) return;
  const again = document.getElementById(id);
  again?.focus({ preventScroll: true });
  if (value !== null && again instanceof HTMLInputElement) again.value = value;
}

/** Puts new children in the place of the old. The part with a list that the keyboard is in stays, if it says the same: letters typed one after the other belong together. */
export function redraw(holder: HTMLElement, next: (Node | string)[]): void {
  const active = document.activeElement;
  const old = active instanceof HTMLSelectElement ? [...holder.children].find((child) => child.id !== "" && child.contains(active)) : undefined;
  const at = next.findIndex((node) => old && node instanceof HTMLElement && node.id === old.id && node.textContent === old.textContent);
  if (!old || at < 0) {
    holder.replaceChildren(...next);
    return;
  }
  for (const node of [...holder.childNodes]) if (node !== old) node.remove();
  old.before(...next.slice(0, at));
  old.after(...next.slice(at + 1));
  const controls = (part: Element) => [...part.querySelectorAll<HTMLSelectElement | HTMLButtonElement>("select, button")];
  const now = controls(next[at] as HTMLElement);
  controls(old).forEach((control, i) => {
    if (control.value !== now[i]!.value) control.value = now[i]!.value;
    control.disabled = now[i]!.disabled;
  });
}

/** Draws anew and leaves what has the focus where it is seen, whatever grows or shrinks above it. */
export function keepPlace(draw: () => void): void {
  const active = document.activeElement;
  const before = active?.getBoundingClientRect().top ?? -1;
  draw();
  const again = active?.id ? document.getElementById(active.id) : null;
  if (again && before >= 0 && before < window.innerHeight) window.scrollBy(0, again.getBoundingClientRect().top - before);
}
