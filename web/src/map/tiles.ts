// Tiles out of memory: the map asks by `tiles://FILE/LAYER/z/x/y`, a PMTiles file in an ArrayBuffer answers.

import { addProtocol } from "maplibre-gl";
import { PMTiles, type RangeResponse, type Source } from "pmtiles";
import { raw } from "../data/store";
import { polygons } from "./borders";

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

export function serveTiles(): void {
  addProtocol("tiles", async (request) => {
    const match = /^tiles:\/\/([a-z0-9-]+)\/([a-z0-9-]+)\/(\d+)\/(\d+)\/(\d+)$/.exec(request.url);
    if (!match) throw new Error(request.url);
    const [, name, layer, z, x, y] = match as unknown as [string, string, string, string, string, string];
    let tiles = open.get(name);
    if (!tiles) open.set(name, (tiles = new PMTiles(new Memory(name))));
    const tile = await tiles.getZxy(Number(z), Number(x), Number(y));
    return { data: tile ? polygons(new Uint8Array(tile.data), layer) : new ArrayBuffer(0) };
  });
}
