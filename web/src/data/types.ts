// What `corredor view` writes; src/view/ in Rust is the other side of this.

export type Lang = "es" | "en";
export type Said = Record<Lang, string>;

/** Lines across an area, as QGIS draws them. */
export interface Hatch {
  /** Counter-clockwise from the east. */
  angle_deg: number;
  apart_mm: number;
  width_mm: number;
}

export interface Symbol {
  kind: "fill" | "line" | "marker";
  colour: string;
  hatch?: Hatch | null;
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

export interface Unsure {
  field: string;
  below: number | null;
  at_least: number | null;
  says: Said;
  hatch: Hatch;
}

export interface Legend {
  heading: string;
  renderer: Renderer;
  /** Whose class is not sure: those are hatched. */
  unsure: Unsure | null;
  /** Fields that tell of girls and of boys, in classes that both share. */
  pairs: { fields: [string, string]; renderer: Renderer }[];
  label: { scale: number } | null;
  tip: { field: string; decimals: number | null }[];
  fields: FieldDef[];
}

/** How well a score, made from earlier incidents, pointed to those recorded later; shares are of 1. */
export interface Validation {
  /** The field of the score. */
  judged: string;
  /** First and last year of the incidents that it was made from, and of those that judge it. */
  made_from: [number, number];
  judged_by: [number, number];
  /** How many judge it. */
  events: number;
  /** Share of the kilometres that the captures are of. */
  share: number;
  capture: number;
  interval: [number, number];
  /** How sure the interval is. */
  level: number;
  /** Captures by chance, and by earlier incidents alone. */
  chance: number;
  history: number;
}

/** A field that a priority ranks by, and its weight beside the others. */
export interface PartOfPriority {
  field: string;
  weight: number;
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
  /** What its priority is made of, in its order; empty where the run tells nothing of it. */
  priority_of: PartOfPriority[];
  /** Whether its distances refer to sites that are shown displaced. */
  displaced?: boolean;
  validation: Validation | null;
  /** How far a service reaches, km; of a layer that was not measured against services, that of the run's gaps. */
  reach_km: number | null;
}

export interface RunDef {
  run: string;
  /** Place in the order of publication, from 1; 0 for runs of before there was one. */
  sequence: number;
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

/** Colours that are no layer's own, `#RRGGBB`, by the names of the style definition. */
export type Colours = Record<"missing" | "zone" | "line" | "gap" | "casing" | "halo" | "border" | "hatch" | "ground" | "water" | "first_10" | "first_50" | "first_100" | "crossed" | "off_route", string>;

export interface Lines {
  plain_mm: number;
  casing_mm: number;
  border_mm: number;
  /** Of 255. */
  border_alpha: number;
  hatch_alpha: number;
}

export interface Basemap {
  url: string;
  host: string;
  attribution: string;
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
  colours: Colours;
  lines: Lines;
  /** Background map from elsewhere; without one the page uses no network. */
  basemap: Basemap | null;
  /** West, south, east, north of everything; east beyond 180 where something lies on both sides of the date line. */
  extent: [number, number, number, number] | null;
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
