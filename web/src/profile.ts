// The score along a route: numbers only, drawn elsewhere.

import type { Layer } from "./data/layer";
import { classOf } from "./data/layer";
import type { Renderer } from "./data/types";
import { scoreOf } from "./model";

export interface Piece {
  row: number;
  from: number;
  to: number;
  score: number | null;
  class: number;
}

export interface Profile {
  pieces: Piece[];
  gaps: { from: number; to: number }[];
  length: number;
  top: number;
}

/** `stretches` carry the score that is looked for first of those they have. */
export function profile(stretches: Layer, gaps: Layer | null, route: string, renderer: Renderer): Profile {
  const pieces: Piece[] = [];
  const { field, most } = scoreOf(stretches.def) ?? { field: "", most: 1 };
  for (let row = 0; row < stretches.length; row++) {
    if (stretches.text(row, "route") !== route) continue;
    const from = stretches.number(row, "from_km");
    const to = stretches.number(row, "to_km");
    if (from === null || to === null) continue;
    const value = renderer.field ? stretches.value(row, renderer.field) : 0;
    pieces.push({ row, from, to, score: stretches.number(row, field), class: classOf(renderer, value) });
  }
  pieces.sort((a, b) => a.from - b.from || a.to - b.to);
  const spans: { from: number; to: number }[] = [];
  for (let row = 0; gaps && row < gaps.length; row++) {
    if (gaps.text(row, "route") === route) spans.push({ from: gaps.number(row, "from_km") ?? 0, to: gaps.number(row, "to_km") ?? 0 });
  }
  const length = Math.max(0, ...pieces.map((p) => p.to));
  const top = Math.max(...pieces.map((p) => (p.score ?? 0) / most), 0.1);
  return { pieces, gaps: spans, length, top: (most * Math.min(10, Math.ceil(top * 10))) / 10 };
}

export function pieceAt(profile: Profile, km: number): Piece | undefined {
  return profile.pieces.find((p) => km >= p.from && km < p.to) ?? profile.pieces.find((p) => km === p.to);
}

export function inGap(profile: Profile, km: number): boolean {
  return profile.gaps.some((g) => km >= g.from && km <= g.to);
}

type Place = [number, number];

/** Where along a line, from 0 to 1, a place is nearest; and where a part of a line lies. */
export function along(line: Place[], part: number): Place | null {
  const lengths = cumulative(line);
  const total = lengths[lengths.length - 1];
  if (total === undefined) return null;
  const wanted = Math.max(0, Math.min(1, part)) * total;
  for (let i = 1; i < line.length; i++) {
    if (lengths[i]! < wanted && i < line.length - 1) continue;
    const span = lengths[i]! - lengths[i - 1]!;
    const t = span > 0 ? Math.min(1, (wanted - lengths[i - 1]!) / span) : 0;
    const [a, b] = [line[i - 1]!, line[i]!];
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  }
  return line[0] ?? null;
}

export function nearestPart(line: Place[], place: Place): number {
  const lengths = cumulative(line);
  const total = lengths[lengths.length - 1] ?? 0;
  const squeeze = Math.cos((place[1] * Math.PI) / 180);
  let best = Infinity;
  let part = 0;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const [dx, dy] = [(b[0] - a[0]) * squeeze, b[1] - a[1]];
    const [px, py] = [(place[0] - a[0]) * squeeze, place[1] - a[1]];
    const square = dx * dx + dy * dy;
    const t = square > 0 ? Math.max(0, Math.min(1, (px * dx + py * dy) / square)) : 0;
    const distance = (px - t * dx) ** 2 + (py - t * dy) ** 2;
    if (distance < best) {
      best = distance;
      part = total > 0 ? (lengths[i - 1]! + t * (lengths[i]! - lengths[i - 1]!)) / total : 0;
    }
  }
  return part;
}

/** Lengths up to each vertex, in degrees of latitude: only their proportions count. */
function cumulative(line: Place[]): number[] {
  const out: number[] = [];
  let sum = 0;
  line.forEach((b, i) => {
    const a = line[i - 1];
    if (a) sum += Math.hypot((b[0] - a[0]) * Math.cos((b[1] * Math.PI) / 180), b[1] - a[1]);
    out.push(sum);
  });
  return out;
}
