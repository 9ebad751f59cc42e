// Tiles out of memory: the map asks by `tiles://FILE/LAYER/z/x/y`, a PMTiles file in an ArrayBuffer answers.

import { addProtocol } from "maplibre-gl";
import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import { raw } from "../data/store";
import { decode, polygons, type Tile } from "./borders";

class Memory implements Source {
  constructor(private name: string) {}

  getKey(): string {
    return this.name;
  }

  async getBytes(offset: number, length: number): Promise<RangeResponse> {
    const bytes = await raw(this.name);
    return { data: bytes.slice(offset, offset + length).buffer as ArrayBuffer };
  }
}

const open = new Map<string, PMTiles>();

/** Tiles read last: the map asks for each once for every layer of zones. */
const READ = 32;
const tiles = new Map<string, Promise<Tile | undefined>>();

async function load(name: string, z: number, x: number, y: number): Promise<Tile | undefined> {
  let file = open.get(name);
  if (!file) open.set(name, (file = new PMTiles(new Memory(name))));
  const tile = await file.getZxy(z, x, y);
  return tile && decode(new Uint8Array(tile.data));
}

export function serveTiles(): void {
  addProtocol("tiles", async (request) => {
    const match = /^tiles:\/\/([a-z0-9-]+)\/([a-z0-9-]+)\/(\d+)\/(\d+)\/(\d+)$/.exec(request.url);
    if (!match) throw new Error(request.url);
    const [, name, layer, z, x, y] = match as unknown as [string, string, string, string, string, string];
    const key = `${name}/${z}/${x}/${y}`;
    const known = tiles.get(key) ?? load(name, Number(z), Number(x), Number(y));
    // Put last again; the oldest goes.
    tiles.delete(key);
    tiles.set(key, known);
    if (tiles.size > READ) tiles.delete(tiles.keys().next().value!);
    const tile = await known;
    return { data: tile ? polygons(tile, layer) : new ArrayBuffer(0) };
  });
}
