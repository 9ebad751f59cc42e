// Gaps with the places where they begin and end, and the states that they pass through, from the stretches of their route.

import { rowsOf } from "./boxes";
import type { Layer } from "./data/layer";
import type { FieldDef } from "./data/types";

/** Between names of states in one text. */
export const BETWEEN = " · ";

const FIELDS: FieldDef[] = [
  { name: "between", title: { es: "Entre", en: "Between" }, unit: null, values: [] },
  { name: "states", title: { es: "Estados", en: "States" }, unit: null, values: [] },
];

/** Pieces of a route that share kilometres with a gap, in their order. */
function under(gaps: Layer, gap: number, stretches: Layer[]): { layer: Layer; row: number; km: number }[] {
  const [from, to] = [gaps.number(gap, "from_km") ?? 0, gaps.number(gap, "to_km") ?? 0];
  const route = gaps.text(gap, "route");
  const layer = stretches.find((l) => l.has("name") && l.has("state") && rowsOf(l, (row) => l.text(row, "route") === route).length > 0);
  if (!layer) return [];
  const at = (row: number) => layer.number(row, "from_km") ?? 0;
  return rowsOf(layer, (row) => layer.text(row, "route") === route)
    .map((row) => ({ layer, row, km: Math.min(to, layer.number(row, "to_km") ?? 0) - Math.max(from, at(row)) }))
    .filter(({ km }) => km > 0)
    .sort((a, b) => at(a.row) - at(b.row));
}

/** Kilometres of a gap that lie in a state. */
export function kmIn(gaps: Layer, gap: number, stretches: Layer[], state: string): number {
  return under(gaps, gap, stretches).filter(({ layer, row }) => layer.text(row, "state") === state).reduce((sum, { km }) => sum + km, 0);
}

/** Gaps named after the first and the last municipality on them. */
export function located(gaps: Layer, stretches: Layer[]): Layer {
  const between: string[] = [];
  const states: string[] = [];
  for (let gap = 0; gap < gaps.length; gap++) {
    const pieces = under(gaps, gap, stretches);
    const named = (field: string) => pieces.map(({ layer, row }) => layer.text(row, field)).filter(Boolean);
    const names = named("name");
    const [first, last] = [names[0], names[names.length - 1]];
    between.push(!first ? "" : first === last ? first : `${first} – ${last}`);
    states.push([...new Set(named("state"))].join(BETWEEN));
  }
  return gaps.with({ between, states }, FIELDS, "between");
}

/** Gaps that are shown, the longest first. */
export function longest(gaps: Layer, wanted: (row: number) => boolean): number[] {
  return rowsOf(gaps, wanted).sort((a, b) => (gaps.number(b, "km") ?? 0) - (gaps.number(a, "km") ?? 0) || a - b);
}
