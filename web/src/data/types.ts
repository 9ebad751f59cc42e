// Made from src/view/manifest.rs: CORREDOR_BLESS=1 cargo test --lib view::tests

export type Lang = "es" | "en";

export type Value = string | number | boolean | null;

/** A table: values by field, in the order of the rows; null is missing. */
export type Columns = Record<string, Value[]>;

/** Colours that are no layer's own, by name. */
export type Colours = PageDef["colours"];

/** Pictures of a background map, by zoom, column and row. */
export interface Basemap {
  attribution: string;
  host: string;
  url: string;
}

/** One class of a legend. */
export interface ClassDef {
  /** The value that it is of. */
  is?: string;
  /** Whether it is of features without a value. */
  missing?: boolean;
  /** From the first number up to below the second. */
  range?: [number, number];
  says: Said;
  symbol: Symbol;
}

/** What a code says. */
export interface Code {
  code: string;
  says: Said;
}

/** A field that is told of a feature. */
export interface Fact {
  /** Decimals of a number; null for a text. */
  decimals: number | null;
  field: string;
}

/** What a field is called. */
export interface FieldDef {
  name: string;
  title: Said;
  unit: string | null;
  /** What its codes say. */
  values: Code[];
}

/** The one kind of geometry a layer holds. */
export type GeometryKind = "point" | "line" | "polygon" | "none";

/** Lines across an area, as QGIS draws them. */
export interface Hatch {
  /** Counter-clockwise from the east. */
  angle_deg: number;
  apart_mm: number;
  width_mm: number;
}

/** When names are shown. */
export interface Label {
  /** From this scale on: 1 in so many. */
  scale: number;
}

/** A layer of a run. */
export interface LayerDef {
  /** How far from every site its gaps lie, and whether that is sure; null of a layer that was not measured against sites. */
  beyond: Said | null;
  caveats: Said[];
  date: string;
  description: Said;
  /** Whether its distances refer to sites that are shown displaced. */
  displaced: boolean;
  geometry: GeometryKind;
  /** Its key field. */
  key: string;
  layer: string;
  legend: Legend;
  licence: string;
  /** What its priority is made of, in its order; empty where the run tells nothing of it. */
  priority_of: PartOfPriority[];
  /** Number of its features. */
  rows: number;
  /** Name of its shape; null of a table that belongs to none. */
  shape: string | null;
  sources: string[];
  /** Name of its table. */
  table: string;
  /** The ready style that fits its step. */
  theme: string;
  title: Said;
  validation: Validation | null;
}

/** How a layer is drawn and told. */
export interface Legend {
  fields: FieldDef[];
  heading: string;
  label: Label | null;
  /** Fields that tell of girls and of boys, in classes that both share. */
  pairs: Pair[];
  renderer: Renderer;
  /** Fields that are told of a feature. */
  tip: Fact[];
  /** Whose class is not sure: those are hatched. */
  unsure: Unsure | null;
}

/** Widths of lines, mm, and how opaque they are. */
export interface Lines {
  /** Opacity of borders, of 255. */
  border_alpha: number;
  /** Borders of zones. */
  border_mm: number;
  /** How much wider the rim is than its line. */
  casing_mm: number;
  /** A gap. */
  gap_mm: number;
  /** Opacity of the lines of patterns, of 255. */
  hatch_alpha: number;
  /** From one of them to the next. */
  pattern_apart_mm: number;
  /** Lines of a pattern. */
  pattern_mm: number;
  /** Without classes. */
  plain_mm: number;
  /** So much less for each class below it. */
  step_mm: number;
  /** From one of them to the next. */
  unsure_apart_mm: number;
  /** Lines over a class that is not sure. */
  unsure_mm: number;
  /** The highest class. */
  widest_mm: number;
}

/** The page's data, to begin with; shapes and tables stand in blocks of their own. */
export interface PageDef {
  /** Background map from elsewhere; without one the page uses no network. */
  basemap: Basemap | null;
  /** Colours that are no layer's own, `#RRGGBB`, by the names of the style definition. */
  colours: Record<"border" | "casing" | "crossed" | "first_10" | "first_100" | "first_50" | "gap" | "ground" | "halo" | "hatch" | "line" | "missing" | "off_route" | "water" | "zero" | "zone", string>;
  contact: string;
  /** Version of Corredor that published the newest run. */
  corredor: string;
  country: Said;
  /** West, south, east, north of everything; east beyond 180 where something lies on both sides of the date line. */
  extent: [number, number, number, number] | null;
  /** Whether every figure is invented. */
  invented: boolean;
  /** Level of the readers. */
  level: string;
  licence: string;
  lines: Lines;
  /** Runs, the oldest first. */
  runs: RunDef[];
  /** Shapes by name. */
  shapes: Record<string, ShapeDef>;
  title: Said;
  workspace: string;
}

/** Two fields that are drawn in classes that both share. */
export interface Pair {
  fields: [string, string];
  renderer: Renderer;
}

/** A field that a priority ranks by, and its weight beside the others. */
export interface PartOfPriority {
  field: string;
  weight: number;
}

/** How features are drawn. */
export interface Renderer {
  classes: ClassDef[];
  /** Field that classes come from. */
  field?: string;
  kind: RendererKind;
}

/** By what features are drawn: alike, by values, or by ranges of a number. */
export type RendererKind = "single" | "categorized" | "graduated";

/** A run. */
export interface RunDef {
  layers: LayerDef[];
  /** Time of publication, UTC. */
  published: string;
  run: string;
  /** Place in the order of publication, from 1; 0 for runs of before there was one. */
  sequence: number;
}

/** A text in both languages. */
export interface Said {
  en: string;
  es: string;
}

/** The block of a shape. Coordinates are in 1e-5 degrees. */
export interface ShapeData {
  /** West, south, east, north of each zone; null where it has no geometry. */
  boxes?: ([number, number, number, number] | null)[];
  /** Keys of the features that it is of. */
  keys: string[];
  kind: GeometryKind;
  /** Each line as its first place, then each place as its distance from the one before. */
  lines?: number[][];
  /** A place inside each zone, or each point. */
  places?: ([number, number] | null)[];
}

/** What is told of a shape before its block is read. */
export interface ShapeDef {
  /** West, south, east, north, degrees. */
  bounds: [number, number, number, number] | null;
  kind: GeometryKind;
  /** Deepest zoom of the tiles. */
  max_zoom?: number;
  /** Block of its tiles, where it has tiles. */
  tiles?: string;
  /** How far a border may lie from where it was published, m. */
  within_m?: number;
}

/** How a class looks. */
export interface Symbol {
  /** Colour around a line. */
  casing?: string;
  colour: string;
  /** Lines across an area. */
  hatch?: Hatch | null;
  kind: SymbolKind;
  /** Width of a line. */
  width_mm?: number;
}

/** What is drawn: an area, a line, or a point. */
export type SymbolKind = "fill" | "line" | "marker";

/** Whose class is not sure, and the lines that say so. */
export interface Unsure {
  at_least: number | null;
  below: number | null;
  /** The field that tells. */
  field: string;
  hatch: Hatch;
  says: Said;
}

/** How well a score, made from earlier incidents, pointed to those recorded later; shares are of 1. */
export interface Validation {
  /** Share of the events in the first kilometres by the score. */
  capture: number;
  /** The capture by chance. */
  chance: number;
  /** How many judge it. */
  events: number;
  /** The capture by earlier events alone. */
  history: number;
  /** Its interval. */
  interval: [number, number];
  /** The field of the score. */
  judged: string;
  /** First and last year of those that judge it. */
  judged_by: [number, number];
  /** How sure the interval is: 0.9 is 90 %. */
  level: number;
  /** First and last year of the incidents that it was made from. */
  made_from: [number, number];
  /** The share. */
  share: number;
}
