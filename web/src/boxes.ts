// Where rows lie.

import type { Layer } from "./data/layer";

export type Box = [number, number, number, number];

export function rowsOf(layer: Layer, wanted: (row: number) => boolean): number[] {
  return Array.from({ length: layer.length }, (_, row) => row).filter(wanted);
}

/** The narrower of the boxes around boxes, as they stand or over the date line; null where there is none. */
export function union(boxes: (Box | null)[]): Box | null {
  const there = boxes.filter((b): b is Box => b !== null);
  if (there.length === 0) return null;
  const around = (all: Box[]): Box => [Math.min(...all.map((b) => b[0])), Math.min(...all.map((b) => b[1])), Math.max(...all.map((b) => b[2])), Math.max(...all.map((b) => b[3]))];
  const plain = around(there);
  if (plain[2] - plain[0] <= 180) return plain;
  const over = around(there.map((b) => (b[0] < 0 ? [b[0] + 360, b[1], b[2] + 360, b[3]] : b)));
  return over[2] - over[0] < plain[2] - plain[0] ? over : plain;
}

export function stateBox(zones: Layer | undefined, state: string): Box | null {
  if (!zones || !state) return null;
  return union(rowsOf(zones, (row) => zones.text(row, "state") === state).map((row) => zones.box(row)));
}

export function routeBox(stretches: Layer[], route: string): Box | null {
  if (!route) return null;
  return union(stretches.flatMap((layer) => rowsOf(layer, (row) => layer.text(row, "route") === route).map((row) => layer.box(row))));
}
