// Blocks of data: text in the page itself, or scripts beside it. Nothing is fetched.

import { gunzipSync, strFromU8 } from "fflate";

declare global {
  interface Window {
    corredor?: Record<string, string>;
  }
}

const done = new Map<string, Promise<unknown>>();

/** A block of compressed JSON. */
export function json<T>(name: string): Promise<T> {
  return once(`json:${name}`, async () => JSON.parse(strFromU8(gunzipSync(await bytes(name)))) as T);
}

/** A block as it is. */
export function raw(name: string): Promise<Uint8Array> {
  return once(`raw:${name}`, () => bytes(name));
}

function once<T>(name: string, make: () => Promise<T>): Promise<T> {
  const known = done.get(name) as Promise<T> | undefined;
  if (known) return known;
  const made = make();
  done.set(name, made);
  return made;
}

async function bytes(name: string): Promise<Uint8Array> {
  return decode(await text(name));
}

async function text(name: string): Promise<string> {
  const inside = document.getElementById(`data-${name}`);
  if (inside) return inside.textContent ?? "";
  const given = take(name);
  if (given !== undefined) return given;
  await new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `data/${encodeURIComponent(name)}.js`;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`data/${name}.js`));
    document.head.append(script);
  });
  const loaded = take(name);
  if (loaded === undefined) throw new Error(`data/${name}.js`);
  return loaded;
}

function take(name: string): string | undefined {
  const given = window.corredor?.[name];
  // Decoded once and kept elsewhere; the text would only fill the memory.
  if (given !== undefined) delete window.corredor![name];
  return given;
}

export function decode(base64: string): Uint8Array {
  const binary = atob(base64.trim());
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}
