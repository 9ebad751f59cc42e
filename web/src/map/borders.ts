// Polygons out of tiles that keep each border once (see `src/view/tiles/mvt.rs`): a layer of lines, and layers of
// zones that name the lines of their rings.

import Pbf from "pbf";

/** The layer of lines in the tiles as they are kept, and the layer of polygons in what the map gets. */
const BORDERS = "borders";
const ZONES = "zones";

// Commands of the specification of vector tiles, version 2.
const MOVE_TO = 1;
const LINE_TO = 2;
const CLOSE = 7;
const POLYGON = 3;

/** x and y of each vertex in turn. */
type Line = Int32Array;

interface Zone {
  id: number;
  geometry: Uint8Array;
}

interface Layer {
  name: string;
  extent: number;
  zones: Zone[];
}

/** A tile that was read: its lines, and its layers of zones. */
export interface Tile {
  drawn: Line[];
  layers: Layer[];
}

/** Reads a tile once, for all layers in it. */
export function decode(tile: Uint8Array): Tile {
  const layers = read(tile);
  const borders = layers.find((l) => l.name === BORDERS);
  return { drawn: borders?.zones.flatMap((feature) => lines(feature.geometry)) ?? [], layers };
}

/** A tile whose one layer, `zones`, has the polygons of `layer`, as any reader of vector tiles expects them. */
export function polygons({ drawn, layers }: Tile, layer: string): ArrayBuffer {
  const zones = layers.find((l) => l.name === layer);
  if (!zones) return new ArrayBuffer(0);
  const out = new Pbf();
  out.writeMessage(3, (zones: Layer, pbf: Pbf) => print(zones, drawn, pbf), zones);
  return out.finish().slice().buffer as ArrayBuffer;
}

function read(tile: Uint8Array): Layer[] {
  return new Pbf(tile).readFields<Layer[]>((tag, layers, pbf) => {
    if (tag !== 3) return;
    layers.push(pbf.readMessage<Layer>(field, { name: "", extent: 4096, zones: [] }));
  }, []);
}

function field(tag: number, layer: Layer, pbf: Pbf): void {
  if (tag === 1) layer.name = pbf.readString();
  else if (tag === 5) layer.extent = pbf.readVarint();
  else if (tag === 2) {
    layer.zones.push(
      pbf.readMessage<Zone>((tag, zone, pbf) => {
        if (tag === 1) zone.id = pbf.readVarint();
        else if (tag === 4) zone.geometry = pbf.readBytes();
      }, { id: 0, geometry: new Uint8Array() }),
    );
  }
}

/** Lines as they are kept: move to, line to, each vertex by its distance from the one before. */
function lines(geometry: Uint8Array): Line[] {
  const pbf = new Pbf(geometry);
  const out: Line[] = [];
  let [x, y] = [0, 0];
  while (pbf.pos < pbf.length) {
    // A move to one vertex, then lines to `count`.
    pbf.readVarint();
    const [fromX, fromY] = [pbf.readSVarint(), pbf.readSVarint()];
    const count = pbf.readVarint() >> 3;
    const line = new Int32Array(2 * count + 2);
    line[0] = x += fromX;
    line[1] = y += fromY;
    for (let i = 1; i <= count; i++) {
      line[2 * i] = x += pbf.readSVarint();
      line[2 * i + 1] = y += pbf.readSVarint();
    }
    out.push(line);
  }
  return out;
}

function print(layer: Layer, drawn: Line[], pbf: Pbf): void {
  pbf.writeVarintField(15, 2);
  pbf.writeStringField(1, ZONES);
  for (const zone of layer.zones) {
    pbf.writeMessage(2, (zone: Zone, pbf: Pbf) => {
      pbf.writeVarintField(1, zone.id);
      pbf.writeVarintField(3, POLYGON);
      pbf.writeMessage(4, (geometry: Uint8Array, pbf: Pbf) => walk(geometry, drawn, pbf), zone.geometry);
    }, zone);
  }
  pbf.writeVarintField(5, layer.extent);
}

/** Walks the lines of each ring; the last vertex of a line is the first of the next. */
function walk(geometry: Uint8Array, drawn: Line[], pbf: Pbf): void {
  const named = new Pbf(geometry);
  let [x, y] = [0, 0];
  while (named.pos < named.length) {
    for (let rings = named.readVarint(); rings > 0; rings--) {
      const walked: [Line, boolean][] = [];
      let vertices = 0;
      for (let left = named.readVarint(); left > 0; left--) {
        const number = named.readVarint();
        const line = drawn[number >> 1]!;
        walked.push([line, number % 2 === 1]);
        vertices += line.length / 2 - 1;
      }
      let first = true;
      for (const [line, backward] of walked) {
        const count = line.length / 2;
        for (let i = 0; i < count - 1; i++) {
          const at = 2 * (backward ? count - 1 - i : i);
          if (first) pbf.writeVarint((1 << 3) | MOVE_TO);
          pbf.writeSVarint(line[at]! - x);
          pbf.writeSVarint(line[at + 1]! - y);
          [x, y] = [line[at]!, line[at + 1]!];
          if (first && vertices > 1) pbf.writeVarint(((vertices - 1) << 3) | LINE_TO);
          first = false;
        }
      }
      pbf.writeVarint((1 << 3) | CLOSE);
    }
  }
}
