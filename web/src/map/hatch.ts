// Lines across areas: once as a tile of the map, once for a legend, from the same numbers that QGIS draws by.

import type { Hatch } from "../data/types";

export const PX_PER_MM = 96 / 25.4;

/** Repeats in one tile at most; the more, the nearer the whole-pixel tile comes to the wanted distance. */
const MOST = 8;

/** A square that repeats without a seam: its side in pixels, and how many lines lie in it. */
export function tile({ angle_deg, apart_mm }: Hatch): { side: number; count: number } {
  const step = apart_mm * PX_PER_MM * (angle_deg % 90 === 0 ? 1 : Math.SQRT2);
  let best = { side: Math.max(1, Math.round(step)), count: 1 };
  const off = (t: { side: number; count: number }) => Math.abs(t.side / t.count - step);
  for (let count = 2; count <= MOST; count++) {
    const next = { side: Math.round(count * step), count };
    if (off(next) < off(best) - 1e-9) best = next;
  }
  return best;
}

/** Lines across a rectangle from its corner on, `step` apart along its edge: x1, y1, x2, y2; they reach over its edges. */
export function strokes(angle_deg: number, step: number, width: number, height: number): [number, number, number, number][] {
  const out: [number, number, number, number][] = [];
  if (angle_deg % 180 === 0) {
    for (let y = step / 2; y < height; y += step) out.push([-1, y, width + 1, y]);
    return out;
  }
  const far = height + 2;
  for (let x = -Math.ceil(far / step) * step; x < width + far; x += step) {
    // Rising to the right goes up as it goes on; y grows downwards.
    out.push(angle_deg < 90 ? [x - 1, height + 1, x + far - 1, -1] : [x - 1, -1, x + far - 1, height + 1]);
  }
  return out;
}

/** The tile as a picture for the map. */
export function picture(hatch: Hatch, colour: string, alpha: number, ratio: number): ImageData {
  const { side, count } = tile(hatch);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * ratio;
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  context.strokeStyle = colour;
  context.globalAlpha = alpha / 255;
  context.lineWidth = hatch.width_mm * PX_PER_MM;
  context.beginPath();
  for (const [x1, y1, x2, y2] of strokes(hatch.angle_deg, side / count, side, side)) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.stroke();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
