// A layer of a run with its table and geometry.

import type { ClassDef, Columns, FieldDef, LayerDef, Renderer, ShapeData, Value } from "./types";
import { json } from "./store";

/** Units of the data's coordinates in one degree. */
export const PER_DEGREE = 1e5;

export class Layer {
  private rowsByKey = new Map<string, number>();

  constructor(
    readonly def: LayerDef,
    readonly columns: Columns,
    readonly shape: ShapeData | null,
  ) {
    this.keys.forEach((key, row) => this.rowsByKey.set(String(key), row));
  }

  static async load(def: LayerDef): Promise<Layer> {
    const [columns, shape] = await Promise.all([
      json<Columns>(def.table),
      def.shape ? json<ShapeData>(def.shape) : Promise.resolve(null),
    ]);
    return new Layer(def, columns, shape);
  }

  /** The same layer with columns that the page works out, told by `fields`. */
  with(columns: Columns, fields: FieldDef[], heading = this.def.legend.heading): Layer {
    const legend = { ...this.def.legend, heading, fields: [...this.def.legend.fields, ...fields] };
    return new Layer({ ...this.def, legend }, { ...this.columns, ...columns }, this.shape);
  }

  get name(): string {
    return this.def.layer;
  }

  get keys(): Value[] {
    return this.columns[this.def.key] ?? [];
  }

  get length(): number {
    return this.keys.length;
  }

  has(field: string): boolean {
    return field in this.columns;
  }

  value(row: number, field: string): Value {
    return this.columns[field]?.[row] ?? null;
  }

  number(row: number, field: string): number | null {
    const value = this.value(row, field);
    return typeof value === "number" ? value : null;
  }

  text(row: number, field: string): string {
    const value = this.value(row, field);
    return value === null ? "" : String(value);
  }

  key(row: number): string {
    return String(this.keys[row]);
  }

  row(key: string): number | undefined {
    return this.rowsByKey.get(key);
  }

  /** What a row is called; a piece of a route without a name of its own is called after the route. */
  heading(row: number): string {
    return this.text(row, this.def.legend.heading) || this.text(row, "route_name") || this.key(row);
  }

  /** The row of this table that belongs to a feature of its shape. */
  rowOfFeature(feature: number): number | undefined {
    const key = this.shape?.keys[feature];
    return key === undefined ? undefined : this.row(key);
  }

  /** The feature of the shape that a row is drawn as. */
  featureOfRow(row: number): number | undefined {
    if (!this.shape) return undefined;
    const key = this.key(row);
    if (this.shape.keys[row] === key) return row;
    const at = this.shape.keys.indexOf(key);
    return at < 0 ? undefined : at;
  }

  /** West, south, east, north of a row, degrees. */
  box(row: number): [number, number, number, number] | null {
    const feature = this.featureOfRow(row);
    if (feature === undefined || !this.shape) return null;
    const box = this.shape.boxes?.[feature];
    if (box) return box.map((v) => v / PER_DEGREE) as [number, number, number, number];
    const places = this.shape.lines ? this.line(row) : [];
    const point = this.shape.places?.[feature];
    if (point && !this.shape.boxes) places.push([point[0] / PER_DEGREE, point[1] / PER_DEGREE]);
    if (places.length === 0) return null;
    const lon = places.map((p) => p[0]);
    const lat = places.map((p) => p[1]);
    return [Math.min(...lon), Math.min(...lat), Math.max(...lon), Math.max(...lat)];
  }

  /** The line of a row, degrees. */
  line(row: number): [number, number][] {
    const feature = this.featureOfRow(row);
    const steps = feature === undefined ? undefined : this.shape?.lines?.[feature];
    return steps ? unroll(steps) : [];
  }
}

/** Places from steps. */
export function unroll(steps: number[]): [number, number][] {
  const out: [number, number][] = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    lon += steps[i]!;
    lat += steps[i + 1]!;
    out.push([lon / PER_DEGREE, lat / PER_DEGREE]);
  }
  return out;
}

/** The class of a value: its position in the renderer; -1 where none fits. */
export function classOf(renderer: Renderer, value: Value): number {
  if (renderer.kind === "single") return 0;
  const missing = value === null || value === "";
  return renderer.classes.findIndex((c: ClassDef) => {
    if (c.missing) return missing;
    if (missing) return false;
    if (c.is !== undefined) return c.is === String(value);
    // Highest first, ends included: as QGIS takes the first range that holds a value.
    return c.range !== undefined && typeof value === "number" && value >= c.range[0] && value <= c.range[1];
  });
}
