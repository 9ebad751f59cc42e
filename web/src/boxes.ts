// Where rows lie.

import type { Layer } from "./data/layer";

export type Box = [number, number, number, number];

export function rowsOf(layer: Layer, wanted: (row: number) => boolean): number[] {
  return Array.from({ length: layer.length }, (_, row) => row).filter(wanted);
}

/** The box around boxes; null where there is none. */
export function union(boxes: (Box | null)[]): Box | null {
  const there = boxes.filter((b): b is Box => b !== null);
  if (there.length === 0) return null;
  return [Math.min(...there.map((b) => b[0])), Math.min(...there.map((b) => b[1])), Math.max(...there.map((b) => b[2])), Math.max(...there.map((b) => b[3]))];
}

export function stateBox(zones: Layer | undefined, state: string): Box | null {
  if (!zones || !state) return null;
  return union(rowsOf(zones, (row) => zones.text(row, "state") === state).map((row) => zones.box(row)));
}

export function routeBox(stretches: Layer[], route: string): Box | null {
  if (!route) return null;
  return union(stretches.flatMap((layer) => rowsOf(layer, (row) => layer.text(row, "route") === route).map((row) => layer.box(row))));
}
