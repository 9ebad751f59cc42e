// What the map found, in a sentence, under whatever filter stands.

import type { Lang } from "../data/types";
import { longest } from "../gaps";
import type { Shown } from "../model";
import { inOrder, PLACE } from "../priority";
import { rowsOf } from "../boxes";
import { beyond } from "./tell";
import { counted, joined, number } from "./words";

/** How many places the headline names. */
const NAMED = 3;

/** The filter that stands, in words; empty where there is none. */
export interface Under {
  state: string;
  route: string;
}

export function firstNames({ layer, passed }: Shown, lang: Lang, withState: boolean): string {
  const rows = inOrder(layer, (row) => passed[row]!).slice(0, NAMED);
  return joined(rows.map((row) => (withState && layer.text(row, "state") ? `${layer.heading(row)} (${layer.text(row, "state")})` : layer.heading(row))), lang);
}

/** Which places come first, of how many. */
export function headline(zones: Shown, { state, route }: Under, lang: Lang): string {
  const es = lang === "es";
  const count = inOrder(zones.layer, (row) => zones.passed[row]!).length;
  const where = joined([state, route && `«${route}»`].filter(Boolean), lang);
  if (count === 0) return es ? "Con este filtro, ningún municipio con prioridad." : "Under this filter, no municipality has a priority.";
  const names = firstNames(zones, lang, !state);
  const crossed = zones.layer.has("route_km");
  const all = es ? counted(count, "municipio", "municipios", lang) : counted(count, "municipality", "municipalities", lang);
  if (es) return `${where ? `En ${where}: primero` : "Primero"} ${names}, por prioridad entre ${all}${crossed ? " que cruza una ruta" : ""}.`;
  return `${where ? `In ${where}: first` : "First"} ${names}, by priority among ${all}${crossed ? (count === 1 ? " that a route crosses" : " that routes cross") : ""}.`;
}

/** Gaps and hot spots in sentences. */
export function summary(zones: Shown, gaps: Shown | undefined, lang: Lang): string[] {
  const out: string[] = [];
  const es = lang === "es";
  const { layer, passed } = zones;
  if (gaps) {
    const found = longest(gaps.layer, (row) => gaps.passed[row]!);
    const km = found.reduce((sum, row) => sum + (gaps.layer.number(row, "km") ?? 0), 0);
    const far = beyond(gaps.layer, lang);
    const [first] = found;
    out.push(es ? `${counted(found.length, "brecha", "brechas", lang)} con ${number(km, lang, 0)} km de rutas ${far}; rutas paralelas cuentan cada una.`
      : `${counted(found.length, "gap", "gaps", lang)} with ${number(km, lang, 0)} km of routes ${far}; parallel routes count each.`);
    if (first !== undefined) out.push(es ? `La más larga: ${number(gaps.layer.number(first, "km") ?? 0, lang, 0)} km, ${gaps.layer.heading(first)}.` : `The longest: ${number(gaps.layer.number(first, "km") ?? 0, lang, 0)} km, ${gaps.layer.heading(first)}.`);
  }
  if (layer.has("gi_bin") && layer.has(PLACE)) {
    const hot = rowsOf(layer, (row) => passed[row]! && (layer.number(row, "gi_bin") ?? 0) >= 2);
    const on = hot.filter((row) => layer.number(row, PLACE) !== null).length;
    if (hot.length) out.push(es ? `${counted(hot.length, "municipio es punto caliente", "municipios son puntos calientes", lang)} de vulnerabilidad de residentes (95 % o más); las rutas cruzan ${number(on, lang)}.`
      : `${counted(hot.length, "municipality is a hot spot", "municipalities are hot spots", lang)} of residents' vulnerability (95 % or more); routes cross ${number(on, lang)} of them.`);
  }
  return out;
}
