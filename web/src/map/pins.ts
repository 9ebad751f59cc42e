// The numbers of the first places on the map: pins that would hide each other are one pin, which lists its numbers.

import type { Colours } from "../data/types";

export interface Pin {
  row: number;
  number: number;
  name: string;
  lon: number;
  lat: number;
}

/** One or several pins at the middle of their places. */
export interface Joined {
  /** The best place first. */
  pins: Pin[];
  text: string;
  lon: number;
  lat: number;
  /** Pixels. */
  width: number;
}

/** Height of a pin with its rim, and what must lie between two of them, pixels. */
export const PIN_PX = 22;
const APART_PX = 1;
const RIM_PX = 1.5;
/** Room left and right of the numbers. */
const SIDE_PX = 6;
const LETTERS = "600 11px system-ui, sans-serif";

/** The width of the whole world at zoom 0, pixels. */
const WORLD_PX = 512;

/** A place as the flat map has it, in parts of the world from its north-west corner. */
function flat({ lon, lat }: { lon: number; lat: number }): [number, number] {
  return [(lon + 180) / 360, 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)];
}

function together(pins: Pin[], widthOf: (text: string) => number): Joined {
  const places = pins.map(flat);
  const mean = (axis: 0 | 1) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  const text = pins.map((pin) => pin.number).join(" · ");
  return { pins, text, lon: mean(0) * 360 - 180, lat: (Math.atan(Math.sinh((0.5 - mean(1)) * 2 * Math.PI)) * 180) / Math.PI, width: widthOf(text) };
}

/** The pins as they are drawn at a zoom, the best first. */
export function join(pins: Pin[], zoom: number, widthOf: (text: string) => number): Joined[] {
  const world = WORLD_PX * 2 ** zoom;
  const hide = (a: Joined, b: Joined) => {
    const [[ax, ay], [bx, by]] = [flat(a), flat(b)];
    return Math.abs(ax - bx) * world < (a.width + b.width) / 2 + APART_PX && Math.abs(ay - by) * world < PIN_PX + APART_PX;
  };
  const out = [...pins].sort((a, b) => a.number - b.number).map((pin) => together([pin], widthOf));
  // A pin that lists more is wider, and may hide others in turn.
  for (let a = 0; a < out.length; a++) {
    const b = out.findIndex((other, at) => at > a && hide(out[a]!, other));
    if (b < 0) continue;
    out[a] = together([...out[a]!.pins, ...out[b]!.pins].sort((one, two) => one.number - two.number), widthOf);
    out.splice(b, 1);
    a = -1;
  }
  return out;
}

/** A zoom at which all of them stand alone, below `to`; `to` itself, where pins end and names begin, if there is none. */
export function parted(pins: Pin[], from: number, to: number, widthOf: (text: string) => number): number {
  for (let zoom = from; zoom < to; zoom += 0.25) if (join(pins, zoom, widthOf).length === pins.length) return zoom;
  return to;
}

let measure: CanvasRenderingContext2D | null = null;

export function pinWidth(text: string): number {
  measure ??= document.createElement("canvas").getContext("2d")!;
  measure.font = LETTERS;
  return Math.max(PIN_PX, Math.ceil(measure.measureText(text).width) + 2 * SIDE_PX);
}

/** A pin as a picture for the map. */
export function pinPicture(text: string, colours: Colours, ratio: number): ImageData {
  const width = pinWidth(text);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * ratio, PIN_PX * ratio];
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  context.fillStyle = colours.first_10;
  context.beginPath();
  const [middle, round] = [PIN_PX / 2, (PIN_PX - RIM_PX) / 2];
  context.arc(middle, middle, round, Math.PI / 2, -Math.PI / 2);
  context.arc(width - middle, middle, round, -Math.PI / 2, Math.PI / 2);
  context.closePath();
  context.fill();
  context.strokeStyle = colours.halo;
  context.lineWidth = RIM_PX;
  context.stroke();
  context.fillStyle = colours.halo;
  context.font = LETTERS;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, width / 2, middle + 0.5);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
