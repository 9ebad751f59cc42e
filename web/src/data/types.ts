// What `corredor view` writes; src/view/ in Rust is the other side of this.

export type Lang = "es" | "en";
export type Said = Record<Lang, string>;

export interface Symbol {
  kind: "fill" | "line" | "marker";
  colour: string;
  width_mm?: number;
  casing?: string;
}

export interface ClassDef {
  says: Said;
  symbol: Symbol;
  is?: string;
  range?: [number, number];
  missing?: boolean;
}

export interface Renderer {
  kind: "single" | "categorized" | "graduated";
  field?: string;
  classes: ClassDef[];
}

export interface FieldDef {
  name: string;
  title: Said;
  unit: string | null;
  values: { code: string; says: Said }[];
}

export interface Legend {
  heading: string;
  renderer: Renderer;
  /** Fields that tell of girls and of boys, in classes that both share. */
  pairs: { fields: [string, string]; renderer: Renderer }[];
  label: { scale: number } | null;
  tip: { field: string; decimals: number | null }[];
  fields: FieldDef[];
}

export interface LayerDef {
  layer: string;
  title: Said;
  description: Said;
  caveats: Said[];
  sources: string[];
  date: string;
  licence: string;
  key: string;
  geometry: "point" | "line" | "polygon" | "none";
  theme: string;
  rows: number;
  shape: string | null;
  table: string;
  legend: Legend;
}

export interface RunDef {
  run: string;
  published: string;
  layers: LayerDef[];
}

export interface ShapeDef {
  kind: "point" | "line" | "polygon";
  bounds: [number, number, number, number] | null;
  tiles?: string;
  max_zoom?: number;
  within_m?: number;
}

export interface PageDef {
  corredor: string;
  workspace: string;
  title: Said;
  country: Said;
  invented: boolean;
  contact: string;
  licence: string;
  level: string;
  shapes: Record<string, ShapeDef>;
  runs: RunDef[];
}

export type Value = string | number | boolean | null;
export type Columns = Record<string, Value[]>;

/** Coordinates are in 1e-5 degrees. */
export interface ShapeData {
  kind: "point" | "line" | "polygon";
  keys: string[];
  boxes?: ([number, number, number, number] | null)[];
  places?: ([number, number] | null)[];
  lines?: number[][];
}
