// The map: zones as tiles, lines and points as they are; colours come by feature state, so that a filter, a run or
// another field only changes numbers.

import { AttributionControl, type GeoJSONSource, Map as GlMap, Marker, NavigationControl, ScaleControl, type LayerSpecification, type MapGeoJSONFeature, type SourceSpecification, type StyleSpecification } from "maplibre-gl";
import type { Geometry } from "geojson";
import { rowsOf } from "../boxes";
import type { Layer } from "../data/layer";
import { PER_DEGREE, unroll } from "../data/layer";
import type { Hatch, PageDef, Renderer } from "../data/types";
import { PLACE } from "../priority";
import { PX_PER_MM, picture } from "./hatch";
import { PIN_PX, join, parted, pinPicture, pinWidth, type Joined, type Pin } from "./pins";
import { h } from "../ui/dom";
import { serveTiles } from "./tiles";

/** A layer as it is drawn now. */
export interface Drawn {
  layer: Layer;
  renderer: Renderer;
  /** The class of each row; -1 is not drawn. */
  classes: Int16Array;
  /** Rows whose class is less sure; they are hatched. */
  unsure: number[];
}

/** Names of a layer between two zooms. */
export interface Named {
  layer: Layer;
  /** Those that are named and numbered, since they may be too small to be seen; all are named without it. */
  rows?: number[];
  from: number;
  to: number;
}

/** Gaps lie under the stretches, as a wide band: what cannot be reached, and the risk there, are seen at once. */
function depth(layer: Layer): number {
  if (layer.def.theme === "gaps") return 1;
  return { polygon: 0, none: 0, line: 2, point: 3 }[layer.def.geometry];
}

/** The numbers of the first places: their map layer, and the source that it shares with their names. */
const PINS = "pins";

/** So many places that share a pin are named under it; more would hide the map. */
const NAMES = 3;

/** How much wider the band of a gap is than the stretches on it, pixels at the zoom of a state. */
const BAND = 6;

/** How wide scored lines are from far away, in parts of their width on paper: enough to be seen on the band of a gap. */
const SEEN = 0.75;

/** Borders of zones from this zoom on: from further away they would only darken the colours. */
const BORDERS_FROM = 5;

export interface Hit {
  layer: string;
  row: number;
  /** All that a pin stands for, the best place first; more than one where pins are joined. */
  rows?: number[];
  lon: number;
  lat: number;
}

/** A pin as it is drawn, pixels of the map from its corner. */
export interface PinBox {
  rows: number[];
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Over a background map colours let it through. */
const OVER_BASEMAP = 0.7;

export class MapView {
  readonly gl: GlMap;
  private ready: Promise<void>;
  private drawn: Drawn[] = [];
  private outlines: Layer[] = [];
  private states = new Map<string, Int16Array>();
  private signature = "";
  /** Which features each layer of lines is drawn on. */
  private hatched = new Map<string, string>();
  private cursor: Marker;
  private named: Named[] = [];
  private joined: Joined[] = [];
  onPick: (hit: Hit | null) => void = () => {};
  onHover: (hit: Hit | null) => void = () => {};
  onMove: () => void = () => {};

  constructor(container: HTMLElement, private page: PageDef, label: string, view: [number, number, number] | null) {
    serveTiles();
    const bounds = wholeBounds(page);
    this.gl = new GlMap({
      container,
      style: ground(page),
      ...(view ? { center: [view[0], view[1]] as [number, number], zoom: view[2] } : { bounds, fitBoundsOptions: { padding: 24 } }),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 16,
      fadeDuration: 0,
      // Over the date line the other side is drawn beside this one.
      renderWorldCopies: bounds[2] > 180,
    });
    this.gl.touchZoomRotate.disableRotation();
    this.gl.keyboard.disableRotation();
    this.gl.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.gl.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.gl.addControl(new AttributionControl({ compact: false, customAttribution: [] }), "bottom-right");
    this.gl.getCanvas().setAttribute("aria-label", label);
    this.ready = new Promise((resolve) => this.gl.once("load", () => resolve()));
    this.cursor = new Marker({ element: dot(), anchor: "center" });
    this.gl.on("click", (event) => this.onPick(this.hit(event.point, event.lngLat.wrap())));
    this.gl.on("mousemove", (event) => {
      // Looking for features costs more than a frame has; nobody reads while the map moves.
      if (this.gl.isMoving()) return;
      const hit = this.hit(event.point, event.lngLat.wrap());
      this.gl.getCanvas().style.cursor = hit ? "pointer" : "";
      this.onHover(hit);
    });
    this.gl.on("mouseout", () => this.onHover(null));
    this.gl.on("zoom", () => this.placePins());
    this.gl.on("moveend", () => this.onMove());
  }

  view(): [number, number, number] {
    const { lng, lat } = this.gl.getCenter().wrap();
    return [lng, lat, this.gl.getZoom()];
  }

  fit(box: [number, number, number, number] | null, moving = true, beside = 0): void {
    const [w, s, e, n] = box ?? (wholeBounds(this.page) as [number, number, number, number]);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.gl.resize();
    const edge = box ? 60 : 24;
    // What is chosen must not lie under its own details.
    const covered = box && beside > 0 && this.gl.getContainer().clientWidth > 2 * beside ? beside : 0;
    this.gl.fitBounds([w, s, e, n], { padding: { top: edge, bottom: edge, left: edge, right: edge + covered }, maxZoom: 10.5, duration: still || !moving ? 0 : 600 });
  }

  /** Nearer, until each of the places that share a pin stands alone, or as near as all of them are seen. */
  part(rows: number[]): void {
    const joined = this.joined.find(({ pins }) => pins.some((pin) => rows.includes(pin.row)));
    const numbered = this.numbered();
    if (!joined || !numbered) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [lons, lats] = [joined.pins.map((pin) => pin.lon), joined.pins.map((pin) => pin.lat)];
    const camera = this.gl.cameraForBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 60 });
    const zoom = Math.min(camera?.zoom ?? numbered.to, parted(joined.pins, this.gl.getZoom() + 0.5, numbered.to, pinWidth));
    this.gl.easeTo({ center: camera?.center ?? [joined.lon, joined.lat], zoom, duration: still ? 0 : 600 });
  }

  /** Where pins are drawn now; none where names of zones have taken their place. */
  pins(): PinBox[] {
    const numbered = this.numbered();
    const zoom = this.gl.getZoom();
    if (!numbered || zoom < numbered.from || zoom >= numbered.to) return [];
    const middle = this.gl.getCenter().lng;
    return this.joined.map(({ pins, text, lon, lat, width }) => {
      // On this side of the world.
      const { x, y } = this.gl.project([lon + 360 * Math.round((middle - lon) / 360), lat]);
      return { rows: pins.map((pin) => pin.row), text, x: x - width / 2, y: y - PIN_PX / 2, width, height: PIN_PX };
    });
  }

  /** Draws zones first, then gaps, other lines and points; outlines and names only as reference. */
  async draw(drawn: Drawn[], outlines: Layer[], named: Named[]): Promise<void> {
    await this.ready;
    this.drawn = [...drawn].sort((a, b) => depth(a.layer) - depth(b.layer));
    this.outlines = outlines;
    this.named = named;
    const signature = JSON.stringify([
      this.drawn.map((d) => [d.layer.name, d.layer.def.shape, d.renderer]),
      outlines.map((o) => o.def.shape),
      named.map((n) => [n.layer.name, n.layer.def.table, n.rows]),
    ]);
    if (signature !== this.signature) {
      this.signature = signature;
      this.rebuild();
    }
    for (const d of this.drawn) this.paint(d);
    this.drawn.forEach((d, at) => this.hatch(d, at));
  }

  /** Outlines one feature strongly; null none. */
  choose(layer: Layer | null, row: number): void {
    for (const id of this.ids("chosen/")) this.gl.removeLayer(id);
    const feature = layer?.featureOfRow(row);
    if (!layer || feature === undefined || !layer.def.shape) return;
    this.source(layer);
    const shape = layer.def.shape;
    const filter = ["==", ["id"], feature] as unknown as LayerSpecification extends { filter?: infer F } ? F : never;
    if (layer.def.geometry === "point") {
      this.gl.addLayer({ id: "chosen/point", type: "circle", source: shape, filter, paint: { "circle-radius": 11, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": this.page.colours.hatch } } as LayerSpecification);
      return;
    }
    const base = { type: "line", source: shape, filter, ...this.tiled(layer), layout: { "line-join": "round", "line-cap": "round" } };
    const under = layer.def.geometry === "line" ? 11 : 6;
    this.gl.addLayer({ id: "chosen/light", ...base, paint: { "line-color": this.page.colours.halo, "line-width": under, ...(layer.def.geometry === "line" ? { "line-gap-width": 6, "line-width": 3 } : {}) } } as LayerSpecification);
    this.gl.addLayer({ id: "chosen/dark", ...base, paint: { "line-color": this.page.colours.hatch, "line-width": 3, ...(layer.def.geometry === "line" ? { "line-gap-width": 8, "line-width": 2 } : {}) } } as LayerSpecification);
  }

  /** A mark at a place, or none. */
  point(place: [number, number] | null): void {
    if (place) this.cursor.setLngLat(place).addTo(this.gl);
    else this.cursor.remove();
  }

  /** The map as a picture, drawn at once: a browser that prints does not wait. */
  picture(): HTMLCanvasElement {
    const canvas = this.gl.getCanvas();
    const copy = h("canvas", { width: canvas.width, height: canvas.height, role: "img" });
    this.gl.redraw();
    copy.getContext("2d")?.drawImage(canvas, 0, 0);
    return copy;
  }

  private ids(prefix: string): string[] {
    return this.gl.getStyle().layers.map((l) => l.id).filter((id) => id.startsWith(prefix));
  }

  private tiled(layer: Layer): { "source-layer"?: string } {
    return layer.shape?.kind === "polygon" ? { "source-layer": "zones" } : {};
  }

  private source(layer: Layer): void {
    const name = layer.def.shape!;
    if (this.gl.getSource(name)) return;
    const def = this.page.shapes[name]!;
    if (def.tiles) {
      const source: SourceSpecification = { type: "vector", tiles: [`tiles://${def.tiles}/${name}/{z}/{x}/{y}`], minzoom: 0, maxzoom: def.max_zoom ?? 0, ...(def.bounds ? { bounds: def.bounds } : {}) };
      this.gl.addSource(name, source);
      return;
    }
    const features = layer.shape!.keys.flatMap((_, id) => {
      const geometry = shapeOf(layer, id);
      return geometry ? [{ type: "Feature" as const, id, properties: {}, geometry }] : [];
    });
    // Pieces of 5 km are shorter than a pixel from afar, and would be left out as too small.
    this.gl.addSource(name, { type: "geojson", tolerance: 0, data: { type: "FeatureCollection", features } });
  }

  private rebuild(): void {
    for (const { id } of this.gl.getStyle().layers) if (!GROUND.includes(id)) this.gl.removeLayer(id);
    this.states.clear();
    this.hatched.clear();
    const ground = this.outlines[0] ?? this.drawn.find((d) => d.layer.shape?.kind === "polygon")?.layer;
    if (ground && !this.page.basemap) {
      this.source(ground);
      this.gl.addLayer({ id: "ground", type: "fill", source: ground.def.shape!, "source-layer": "zones", paint: { "fill-color": this.page.colours.water, "fill-antialias": false } });
    }
    let outlined = false;
    const outline = () => {
      if (outlined) return;
      outlined = true;
      for (const layer of this.outlines) {
        this.source(layer);
        this.gl.addLayer({ id: `outline/${layer.name}`, type: "line", source: layer.def.shape!, "source-layer": "zones", paint: { "line-color": this.page.colours.border, "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.6, 8, 1.6], "line-opacity": 0.9 } });
      }
    };
    this.drawn.forEach((d, at) => {
      this.source(d.layer);
      if (d.layer.shape?.kind !== "polygon") outline();
      for (const spec of specs(d, at, this.page)) this.gl.addLayer(spec);
    });
    outline();
    this.named.forEach((named, at) => this.name(named, at));
    const numbered = this.numbered();
    // Over all names, so that none is written across a number.
    if (numbered) this.gl.addLayer({ id: PINS, type: "symbol", source: PINS, minzoom: numbered.from, maxzoom: numbered.to, layout: { "icon-image": ["get", "image"], "icon-allow-overlap": true, "symbol-sort-key": ["-", 0, ["get", "order"]] } } as LayerSpecification);
  }

  private numbered(): Named | undefined {
    return this.named.find((named) => named.rows);
  }

  /** Joins the pins that would hide each other at this zoom; told to the map only where others are joined than before. */
  private placePins(anew = false): void {
    const numbered = this.numbered();
    if (!numbered || !(anew || this.gl.getSource(PINS))) return;
    const { layer, rows } = numbered;
    const [west] = wholeBounds(this.page) as number[];
    const pins = rows!.flatMap((row): Pin[] => {
      const place = layer.shape?.places?.[layer.featureOfRow(row) ?? -1];
      if (!place) return [];
      const lon = place[0] / PER_DEGREE;
      return [{ row, number: layer.number(row, PLACE)!, name: layer.heading(row), lon: lon < west! ? lon + 360 : lon, lat: place[1] / PER_DEGREE }];
    });
    const joined = join(pins, this.gl.getZoom(), pinWidth);
    const told = (all: Joined[]) => JSON.stringify(all.map((one) => one.pins.map((pin) => pin.row)));
    if (!anew && told(joined) === told(this.joined)) return;
    this.joined = joined;
    const features = joined.map(({ pins, text, lon, lat }) => {
      const image = `pin/${text}`;
      // Finer than the screen, since a pin seldom lies on whole pixels.
      const ratio = 2 * Math.max(1, Math.round(window.devicePixelRatio));
      if (!this.gl.hasImage(image)) this.gl.addImage(image, pinPicture(text, this.page.colours, ratio), { pixelRatio: ratio });
      return { type: "Feature" as const, properties: { image, name: pins.length > NAMES ? "" : pins.map((pin) => (pins.length > 1 ? `${pin.number} ${pin.name}` : pin.name)).join("\n"), order: pins[0]!.number }, geometry: { type: "Point" as const, coordinates: [lon, lat] } };
    });
    const data = { type: "FeatureCollection" as const, features };
    const source = this.gl.getSource(PINS) as GeoJSONSource | undefined;
    if (source) source.setData(data);
    else this.gl.addSource(PINS, { type: "geojson", data });
  }

  /** Lines across zones: those of their class, and over them those of a class that is not sure. */
  private hatch(d: Drawn, at: number): void {
    if (d.layer.shape?.kind !== "polygon") return;
    const groups = new Map<string, { hatch: Hatch; rows: number[] }>();
    const put = (hatch: Hatch, row: number) => {
      const name = `hatch/${hatch.angle_deg}/${hatch.apart_mm}/${hatch.width_mm}`;
      if (!groups.has(name)) groups.set(name, { hatch, rows: [] });
      groups.get(name)!.rows.push(row);
    };
    d.classes.forEach((c, row) => {
      const hatch = d.renderer.classes[c]?.symbol.hatch;
      if (hatch) put(hatch, row);
    });
    const rule = d.layer.def.legend.unsure;
    if (rule) for (const row of d.unsure) put(rule.hatch, row);
    const prefix = `draw/${at}/`;
    for (const id of this.ids(`${prefix}hatch/`)) if (!groups.has(id.slice(prefix.length))) this.show(id, []);
    for (const [name, { hatch, rows }] of groups) {
      const id = prefix + name;
      if (!this.gl.hasImage(name)) {
        const ratio = Math.max(1, Math.round(window.devicePixelRatio));
        this.gl.addImage(name, picture(hatch, this.page.colours.hatch, this.page.lines.hatch_alpha, ratio), { pixelRatio: ratio });
      }
      if (!this.gl.getLayer(id)) {
        this.gl.addLayer({ id, type: "fill", source: d.layer.def.shape!, "source-layer": "zones", filter: ["==", ["id"], -1], paint: { "fill-pattern": name } } as LayerSpecification, `draw/${at}/border`);
      }
      this.show(id, rows.flatMap((row) => d.layer.featureOfRow(row) ?? []));
    }
  }

  /** Patterns cannot follow feature state, so their features are named; only where they are others than before. */
  private show(id: string, features: number[]): void {
    const told = features.join();
    if (this.hatched.get(id) === told) return;
    this.hatched.set(id, told);
    this.gl.setFilter(id, (features.length ? ["match", ["id"], features, true, false] : ["==", ["id"], -1]) as never);
  }

  /** Names of zones, drawn with the reader's own fonts. */
  private name({ layer, rows, from, to }: Named, at: number): void {
    const source = rows ? PINS : `names-${at}/${layer.def.table}`;
    if (rows) {
      this.placePins(true);
    } else if (!this.gl.getSource(source)) {
      const features = rowsOf(layer, () => true).flatMap((row) => {
        const place = layer.shape?.places?.[layer.featureOfRow(row) ?? -1];
        return place ? [{ type: "Feature" as const, properties: { name: layer.heading(row), order: layer.number(row, PLACE) ?? layer.length + row }, geometry: { type: "Point" as const, coordinates: [place[0] / PER_DEGREE, place[1] / PER_DEGREE] } }] : [];
      });
      this.gl.addSource(source, { type: "geojson", data: { type: "FeatureCollection", features } });
    }
    const large = layer.def.theme === "states";
    this.gl.addLayer({
      id: `names/${at}`, type: "symbol", source, minzoom: from, maxzoom: to,
      layout: { "text-field": ["get", "name"], "text-font": ["system-ui"], "text-size": large ? 13 : 12, "text-max-width": rows ? 12 : 8, "symbol-sort-key": ["get", "order"], "text-padding": rows ? 2 : 6, ...(rows ? { "text-offset": [0, 1.3], "text-anchor": "top" } : {}), ...(large ? { "text-transform": "uppercase", "text-letter-spacing": 0.06 } : {}) },
      paint: { "text-color": this.page.colours.hatch, "text-halo-color": this.page.colours.halo, "text-halo-width": 1.6 },
    } as LayerSpecification);
  }

  /** Tells the map each feature's class, where it has changed. */
  private paint(d: Drawn): void {
    const at = this.drawn.indexOf(d);
    const known = this.states.get(d.layer.name);
    const shape = d.layer.def.shape!;
    const tiled = this.tiled(d.layer)["source-layer"];
    const next = new Int16Array(d.layer.shape!.keys.length).fill(-1);
    for (let feature = 0; feature < next.length; feature++) {
      const row = d.layer.rowOfFeature(feature);
      if (row !== undefined) next[feature] = d.classes[row]!;
      if (known && known[feature] === next[feature]) continue;
      this.gl.setFeatureState({ source: shape, id: feature, ...(tiled ? { sourceLayer: tiled } : {}) }, { [`c${at}`]: next[feature] });
    }
    this.states.set(d.layer.name, next);
  }

  private hit(point: { x: number; y: number }, at: { lng: number; lat: number }): Hit | null {
    const box: [[number, number], [number, number]] = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const numbered = this.numbered();
    // Not asked of the map, which forgets symbols for a moment as they are joined anew.
    const pin = this.pins().find(({ x, y, width, height }) => point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height);
    if (numbered && pin) return { layer: numbered.layer.name, row: pin.rows[0]!, rows: pin.rows, lon: at.lng, lat: at.lat };
    for (let i = this.drawn.length - 1; i >= 0; i--) {
      const d = this.drawn[i]!;
      const id = `draw/${i}`;
      if (!this.gl.getLayer(id)) continue;
      const zones = d.layer.shape?.kind === "polygon";
      const found: MapGeoJSONFeature[] = zones ? this.gl.queryRenderedFeatures([point.x, point.y], { layers: [id] }) : this.gl.queryRenderedFeatures(box, { layers: [id] });
      for (const feature of found) {
        const row = d.layer.rowOfFeature(Number(feature.id));
        if (row !== undefined && d.classes[row]! >= 0) return { layer: d.layer.name, row, lon: at.lng, lat: at.lat };
      }
    }
    return null;
  }
}

type Expression = unknown[];

/** Map layers of one of ours. */
function specs(d: Drawn, at: number, { colours, lines, basemap }: PageDef): LayerSpecification[] {
  const source = d.layer.def.shape!;
  const state: Expression = ["coalesce", ["feature-state", `c${at}`], -1];
  const by = (value: (i: number) => unknown, otherwise: unknown): Expression =>
    ["match", state, ...d.renderer.classes.flatMap((_, i) => [i, value(i)]), otherwise];
  const symbol = (i: number) => d.renderer.classes[i]!.symbol;
  const there: Expression = ["case", [">=", state, 0], 1, 0];
  const id = `draw/${at}`;
  const kind = d.layer.shape!.kind;
  if (kind === "polygon") {
    const zones = { source, "source-layer": "zones" };
    return [
      { id, type: "fill", ...zones, paint: { "fill-antialias": false, "fill-color": by((i) => symbol(i).colour, colours.water), "fill-opacity": ["case", [">=", state, 0], basemap ? OVER_BASEMAP : 1, 0] } },
      { id: `${id}/border`, type: "line", minzoom: BORDERS_FROM, ...zones, paint: { "line-color": colours.border, "line-opacity": lines.border_alpha / 255, "line-width": ["interpolate", ["linear"], ["zoom"], 6, lines.border_mm * PX_PER_MM, 11, 4 * lines.border_mm * PX_PER_MM] } },
    ] as unknown as LayerSpecification[];
  }
  if (kind === "line") {
    const scale: Expression = ["interpolate", ["linear"], ["zoom"]];
    const band = d.layer.def.theme === "gaps" ? BAND : 0;
    const width = (extra: number, factor: number, wide: number) => by((i) => ((symbol(i).width_mm ?? lines.plain_mm) * PX_PER_MM + extra) * factor + band * wide, 0);
    const [far, state, near] = band ? [0.28, 0.75, 1.1] : [SEEN, 1.2, 1.8];
    const widths = (extra: number): Expression => [...scale, 3, width(extra, far!, 0.6), 8, width(extra, state!, 1), 12, width(extra, near!, 1.6)];
    const layout = { "line-cap": "butt", "line-join": "round" };
    return [
      { id: `${id}/casing`, type: "line", source, layout, paint: { "line-color": by((i) => symbol(i).casing ?? colours.casing, colours.casing), "line-width": widths(lines.casing_mm * PX_PER_MM), "line-opacity": there } },
      { id, type: "line", source, layout, paint: { "line-color": by((i) => symbol(i).colour, colours.line), "line-width": widths(0), "line-opacity": there } },
    ] as unknown as LayerSpecification[];
  }
  return [
    { id, type: "circle", source, paint: { "circle-color": by((i) => symbol(i).colour, colours.line), "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 2.5, 9, 6], "circle-stroke-color": colours.halo, "circle-stroke-width": 1, "circle-opacity": there, "circle-stroke-opacity": there } },
  ] as unknown as LayerSpecification[];
}

function shapeOf(layer: Layer, id: number): Geometry | null {
  const shape = layer.shape!;
  const steps = shape.lines?.[id];
  if (steps && steps.length >= 4) return { type: "LineString", coordinates: unroll(steps) };
  const place = shape.places?.[id];
  return place ? { type: "Point", coordinates: [place[0] / PER_DEGREE, place[1] / PER_DEGREE] } : null;
}

/** West, south, east, north; east beyond 180 where there is something on both sides of the date line. */
function wholeBounds(page: PageDef): [number, number, number, number] {
  return page.extent ?? [-180, -60, 180, 75];
}

/** Layers that stay under all others. */
const GROUND = ["sea", "basemap"];

/** What lies under everything: one colour, and the background map where the page has one. */
function ground(page: PageDef): StyleSpecification {
  const sea: LayerSpecification = { id: "sea", type: "background", paint: { "background-color": page.colours.ground } };
  if (!page.basemap) return { version: 8, sources: {}, layers: [sea] };
  // The map sets attributions as HTML.
  const words = h("span", {}, page.basemap.attribution || page.basemap.host).innerHTML;
  const source: SourceSpecification = { type: "raster", tiles: [page.basemap.url], tileSize: 256, maxzoom: 19, attribution: words };
  return { version: 8, sources: { basemap: source }, layers: [sea, { id: "basemap", type: "raster", source: "basemap" }] };
}

function dot(): HTMLElement {
  const element = document.createElement("div");
  element.className = "cursor-dot";
  return element;
}
