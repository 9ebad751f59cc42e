// The order in which places come first, among those that a route of the list crosses.

import { rowsOf } from "./boxes";
import type { Layer } from "./data/layer";
import type { Colours, LayerDef, Renderer } from "./data/types";

/** The field that the page works out: 1 for the first by priority among the places that a route crosses. */
export const PLACE = "route_place";

/** Zones that carry a priority of their own; that of states only sums up their municipalities. */
export function isRanked(def: LayerDef): boolean {
  const has = (name: string) => def.legend.fields.some((field) => field.name === name);
  return (def.geometry === "polygon" || def.geometry === "none") && def.theme !== "states" && (has("prio_rank") || has("priority"));
}

export function crossed(layer: Layer, row: number): boolean {
  return !layer.has("route_km") || (layer.number(row, "route_km") ?? 0) > 0;
}

/** A layer with the place of each row; ties share the smallest. Layers without a priority stay as they are. */
export function ranked(layer: Layer): Layer {
  if (!isRanked(layer.def)) return layer;
  const order = (row: number) => {
    const rank = layer.number(row, "prio_rank");
    const priority = layer.number(row, "priority");
    return rank ?? (priority === null ? null : -priority);
  };
  const rows = rowsOf(layer, (row) => crossed(layer, row) && order(row) !== null).sort((a, b) => order(a)! - order(b)!);
  const places: (number | null)[] = new Array<null>(layer.length).fill(null);
  rows.forEach((row, at) => {
    const before = rows[at - 1];
    places[row] = before !== undefined && order(before) === order(row) ? places[before]! : at + 1;
  });
  const title = { es: "Lugar por prioridad entre los que cruza una ruta", en: "Rank by priority among those that routes cross" };
  return layer.with({ [PLACE]: places }, [{ name: PLACE, title, unit: null, values: [] }]);
}

/** How many places have one. */
export function placed(layer: Layer): number {
  return rowsOf(layer, (row) => layer.number(row, PLACE) !== null).length;
}

/** Rows in their order, of those that are wanted. */
export function inOrder(layer: Layer, wanted: (row: number) => boolean): number[] {
  return rowsOf(layer, (row) => layer.number(row, PLACE) !== null && wanted(row)).sort((a, b) => layer.number(a, PLACE)! - layer.number(b, PLACE)!);
}

/** The first 10, 50 and 100; what no route crosses is hardly seen. */
export function byPlace(colours: Colours): Renderer {
  const fill = (colour: string) => ({ kind: "fill" as const, colour });
  return {
    kind: "graduated",
    field: PLACE,
    classes: [
      { says: { es: "Los primeros 10", en: "The first 10" }, range: [1, 10], symbol: fill(colours.first_10) },
      { says: { es: "Del 11 al 50", en: "11 to 50" }, range: [11, 50], symbol: fill(colours.first_50) },
      { says: { es: "Del 51 al 100", en: "51 to 100" }, range: [51, 100], symbol: fill(colours.first_100) },
      { says: { es: "Otros que cruza una ruta", en: "Others that routes cross" }, range: [101, Infinity], symbol: fill(colours.crossed) },
      { says: { es: "Sin ruta en la lista, o sin prioridad", en: "No route in the list, or no priority" }, missing: true, symbol: fill(colours.off_route) },
    ],
  };
}

/** A field that speaks for or against a place, and where the place stands in it among those that routes cross. */
export interface Reason {
  field: string;
  place: number | null;
  of: number;
}

/** What the recipe of the workspace ranks by, of the fields that are published with it. */
export function reasons(layer: Layer, row: number): Reason[] {
  return layer.def.priority_of.map(({ field }) => field).filter((field) => layer.has(field)).map((field) => {
    const value = layer.number(row, field);
    const known = rowsOf(layer, (other) => crossed(layer, other) && layer.number(other, field) !== null);
    // Nothing speaks for no place: the priority counts zero and less as zero.
    const counts = value !== null && value > 0 && crossed(layer, row);
    return { field, place: counts ? known.filter((other) => layer.number(other, field)! > value).length + 1 : null, of: known.length };
  });
}
