// What the map found, in a sentence, under whatever filter stands.

import type { Lang } from "../data/types";
import { kmIn, longest } from "../gaps";
import type { Layer } from "../data/layer";
import type { Shown } from "../model";
import { inOrder, PLACE } from "../priority";
import { rowsOf } from "../boxes";
import { beyond, title } from "./tell";
import { counted, joined, listed, number } from "./words";

/** How many places the headline names. */
const NAMED = 3;

/** The filter that stands, in words; empty where there is none. */
export interface Under {
  state: string;
  route: string;
}

/** A part of the headline; the name of a place has its row. */
export interface Part {
  text: string;
  row: number | null;
}

function firstParts({ layer, passed }: Shown, lang: Lang, withState: boolean): Part[] {
  const rows = inOrder(layer, (row) => passed[row]!).slice(0, NAMED);
  const names = rows.map((row) => (withState && layer.text(row, "state") ? `${layer.heading(row)} (${layer.text(row, "state")})` : layer.heading(row)));
  return listed(names, lang).map(({ text, at }) => ({ text, row: at === null ? null : rows[at]! }));
}

const plain = (parts: Part[]) => parts.map(({ text }) => text).join("");

/** What the priority is made of and how much each part weighs; empty where not all of it is published. */
export function madeOf(layer: Layer, lang: Lang): string {
  const es = lang === "es";
  const parts = layer.def.priority_of.filter(({ weight }) => weight > 0);
  const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
  const defs = parts.flatMap(({ field }) => layer.def.legend.fields.find((f) => f.name === field && layer.has(field)) ?? []);
  if (!parts.length || defs.length < parts.length) return "";
  const names = defs.map((def) => title(def, lang).replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase()));
  // A rank and no rate: who is first in one of them need not be first in the whole.
  const told = joined(names.map((name, i) => `${number((100 * parts[i]!.weight) / whole, lang, 0)} % ${es ? "por" : "by"} ${name}`), lang);
  return es ? `La prioridad es un orden entre lugares, no una tasa: ${told}. Quien va primero no es siempre quien tiene más.`
    : `The priority is an order among places, not a rate: ${told}. The first is not always the one that has most.`;
}

export function firstNames(zones: Shown, lang: Lang): string {
  return plain(firstParts(zones, lang, false));
}

/** Which places come first, by what, of how many. */
export function headlineParts(zones: Shown, { state, route }: Under, lang: Lang): Part[] {
  const es = lang === "es";
  const word = (text: string): Part => ({ text, row: null });
  const count = inOrder(zones.layer, (row) => zones.passed[row]!).length;
  const where = joined([state, route && `«${route}»`].filter(Boolean), lang);
  if (count === 0) return [word(es ? "Con este filtro, ningún municipio con prioridad." : "Under this filter, no municipality has a priority.")];
  const names = firstParts(zones, lang, !state);
  const crossed = zones.layer.has("route_km");
  const by = es ? "por prioridad para proteger a personas en movimiento," : "by priority to protect people on the move,";
  const all = es ? counted(count, "municipio", "municipios", lang) : counted(count, "municipality", "municipalities", lang);
  if (es) return [word(where ? `En ${where}: primero ` : "Primero "), ...names, word(`, ${by} entre ${all}${crossed ? " que cruza una ruta" : ""}.`)];
  return [word(where ? `In ${where}: first ` : "First "), ...names, word(`, ${by} among ${all}${crossed ? (count === 1 ? " that a route crosses" : " that routes cross") : ""}.`)];
}

export function headline(zones: Shown, under: Under, lang: Lang): string {
  return plain(headlineParts(zones, under, lang));
}

/** The longest gap; under a state also how much of it lies there, for the whole gap counts. */
function longestGap({ layer }: Shown, row: number, state: string, stretches: Layer[], lang: Lang): string {
  const whole = (km: number) => number(km, lang, 0);
  const km = whole(layer.number(row, "km") ?? 0);
  const inside = state && whole(kmIn(layer, row, stretches, state));
  if (lang === "es") return state ? `La más larga que pasa por ${state}: ${km} km (${inside} km en ${state}), ${layer.heading(row)}.` : `La más larga: ${km} km, ${layer.heading(row)}.`;
  return state ? `The longest that passes through ${state}: ${km} km (${inside} km in ${state}), ${layer.heading(row)}.` : `The longest: ${km} km, ${layer.heading(row)}.`;
}

/** Gaps and hot spots in sentences. */
export function summary(zones: Shown, gaps: Shown | undefined, state: string, stretches: Layer[], lang: Lang): string[] {
  const out: string[] = [];
  const es = lang === "es";
  const { layer, passed } = zones;
  const made = madeOf(layer, lang);
  if (made) out.push(made);
  if (gaps) {
    const found = longest(gaps.layer, (row) => gaps.passed[row]!);
    const km = found.reduce((sum, row) => sum + (gaps.layer.number(row, "km") ?? 0), 0);
    const far = beyond(gaps.layer, lang);
    const [first] = found;
    const may = gaps.layer.def.displaced ? (es ? " Donde se ve una brecha puede haber un albergue, y donde no se ve puede no haberlo." : " Where a gap is seen there may be a shelter, and where none is seen there may be none.") : "";
    out.push(es ? `${counted(found.length, "brecha", "brechas", lang)} con ${number(km, lang, 0)} km de rutas ${far}; rutas paralelas cuentan cada una.${may}`
      : `${counted(found.length, "gap", "gaps", lang)} with ${number(km, lang, 0)} km of routes ${far}; parallel routes count each.${may}`);
    if (first !== undefined) out.push(longestGap(gaps, first, state, stretches, lang));
  }
  if (layer.has("gi_bin") && layer.has(PLACE)) {
    const hot = rowsOf(layer, (row) => passed[row]! && (layer.number(row, "gi_bin") ?? 0) >= 2);
    const on = hot.filter((row) => layer.number(row, PLACE) !== null).length;
    if (hot.length) out.push(es ? `${counted(hot.length, "municipio es punto caliente", "municipios son puntos calientes", lang)} de vulnerabilidad de residentes (95 % o más); las rutas cruzan ${number(on, lang)}.`
      : `${counted(hot.length, "municipality is a hot spot", "municipalities are hot spots", lang)} of residents' vulnerability (95 % or more); routes cross ${number(on, lang)} of them.`);
  }
  return out;
}
