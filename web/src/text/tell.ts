// What a feature is, and why, in sentences.

import type { FieldDef, Lang, Value } from "../data/types";
import type { Layer } from "../data/layer";
import { scoreOf, type Shown } from "../model";
import { PLACE } from "../priority";
import { chance, counted, joined, number, pick, say } from "./words";

/** A value as a person reads it: a code in words, a number with its unit. */
export function shown(layer: Layer, field: string, value: Value, lang: Lang): string {
  if (value === null || value === "") return say(lang, "noValue");
  const def = layer.def.legend.fields.find((f) => f.name === field);
  const word = def?.values.find((v) => v.code === String(value));
  if (word) return pick(word.says, lang);
  if (typeof value !== "number") return String(value);
  const fact = layer.def.legend.tip.find((t) => t.field === field);
  const text = number(value, lang, fact?.decimals ?? undefined);
  return def?.unit && !def.unit.startsWith("0") ? `${text} ${def.unit}` : text;
}

/** A field with its unit. */
export function title(def: FieldDef, lang: Lang): string {
  const word = pick(def.title, lang);
  return def.unit ? `${word} (${def.unit})` : word;
}

/** What a field of a layer is called. */
export function called({ def }: Pick<Layer, "def">, field: string, lang: Lang): string {
  const found = def.legend.fields.find((f) => f.name === field);
  return found ? pick(found.title, lang) : field;
}

/** What is drawn: the layer, or which of the two things that a layer with a priority can show. */
export function drawnTitle({ layer, renderer }: Shown, lang: Lang): string {
  if (renderer.field === PLACE) return say(lang, "priorityMap");
  return ownTitle(layer, lang);
}

/** What a layer shows by its own classes; hot spots name what they are made from. */
export function ownTitle({ def }: Pick<Layer, "def">, lang: Lang): string {
  return def.legend.renderer.field === "gi_bin" ? `${say(lang, "hotMap")}: ${called({ def }, "risk", lang)}` : pick(def.title, lang);
}

/** Where no site is within reach: how far that is, and whether it is sure, the run says. */
export function beyond({ def }: Layer, lang: Lang): string {
  return def.beyond ? pick(def.beyond, lang) : say(lang, "beyond");
}

/** A score with the most that it can be, and its class. */
function score(layer: Layer, row: number, lang: Lang): string {
  const found = scoreOf(layer.def);
  if (!found) return "";
  const value = layer.number(row, found.field);
  const name = called(layer, found.field, lang);
  if (value === null) return lang === "es" ? `${name}: sin dato.` : `${name}: no data.`;
  const word = found.field === "risk" && layer.has("risk_class") ? ` (${shown(layer, "risk_class", layer.value(row, "risk_class"), lang).toLowerCase()})` : "";
  return `${name}: ${number(value, lang, found.most === 1 ? 2 : 0)} ${say(lang, "of")} ${number(found.most, lang)}${word}.`;
}

/** The distance to the nearest service, and from where it counts. */
export function nearest(layer: Layer, row: number, lang: Lang): string[] {
  const near = layer.number(row, "near_km");
  if (near === null) return [];
  const from = layer.def.geometry === "line" ? "" : `, ${say(lang, "fromWhere")}`;
  return [`${called(layer, "near_km", lang)}: ${number(near, lang)} km${from}. ${say(lang, "withheld")}`];
}

/** Which routes cross a zone, over how many kilometres, and how many of those are far from services. */
export function crossing(layer: Layer, row: number, names: string[], lang: Lang): string[] {
  const es = lang === "es";
  const route = layer.number(row, "route_km");
  const gap = layer.number(row, "gap_km");
  if (route === null) return [];
  if (route === 0) return [say(lang, "offRoute")];
  const named = names.length ? `: ${joined(names, lang)}` : "";
  const out = [es ? `Lo cruzan ${number(route, lang, 1)} km de rutas${named}.` : `${number(route, lang, 1)} km of routes cross it${named}.`];
  // What lies out of reach may be published in whole kilometres, and so come out above the routes themselves.
  if (gap && gap >= route - 0.5) out.push(es ? `Casi todo eso está ${beyond(layer, lang)}.` : `Nearly all of that is ${beyond(layer, lang)}.`);
  else if (gap) out.push(es ? `Unos ${number(gap, lang, 0)} km de rutas están ${beyond(layer, lang)}.` : `About ${number(gap, lang, 0)} km of routes are ${beyond(layer, lang)}.`);
  return out;
}

/** Sentences on a zone: what its values are, and what they do not say. */
function zone(layer: Layer, row: number, lang: Lang): string[] {
  const out: string[] = [];
  const es = lang === "es";
  const n = (field: string) => layer.number(row, field);
  const told = score(layer, row, lang);
  if (told) out.push(told);
  const missing = n("ind_miss");
  if (missing) out.push(es ? `${missing === 1 ? "Le falta" : "Le faltan"} ${counted(missing, "indicador", "indicadores", lang)}: la clase es menos segura.` : `It lacks ${counted(missing, "indicator", "indicators", lang)}: the class is less sure.`);
  const z = n("gi_z");
  const q = n("gi_q");
  const bin = n("gi_bin");
  if (layer.has("gi_bin") && bin === null) out.push(es ? "Sin prueba de punto caliente: sin dato o sin municipios colindantes." : "No test for a hot spot: no data, or no municipality shares its border.");
  if (bin !== null && z !== null) {
    const far = number(Math.abs(z), lang, 1);
    const sure = q === null ? "" : ` (q ${chance(q, lang)})`;
    const name = called(layer, "risk", lang);
    if (bin === 0) {
      out.push(es ? `No es punto caliente ni frío: «${name}», aquí y en los colindantes, no se aparta del promedio más de lo que haría el azar${sure}. Eso no significa que sea seguro.`
        : `Neither a hot nor a cold spot: “${name}”, here and where borders are shared, is no further from the mean than chance would have it${sure}. That does not mean that it is safe.`);
    } else {
      const side = z > 0 ? (es ? "por encima" : "above") : es ? "por debajo" : "below";
      const low = z > 0 ? "" : es ? " Valores bajos juntos: no significa seguro." : " Low values together: that does not mean safe.";
      out.push(es ? `«${name}», aquí y en los colindantes, está ${far} desviaciones estándar ${side} de lo que daría el azar${sure}.${low}`
        : `“${name}”, here and where borders are shared, lies ${far} standard deviations ${side} what chance would give${sure}.${low}`);
    }
  }
  const incidents = n("incidents");
  if (incidents) out.push(es ? `${counted(incidents, "incidente registrado", "incidentes registrados", lang)}: es un mínimo.` : `${counted(incidents, "recorded incident", "recorded incidents", lang)}: this is a minimum.`);
  const zones = n("zones");
  const hot = n("hot_zones");
  if (zones !== null && hot !== null) {
    out.push(es ? `De ${counted(zones, "municipio", "municipios", lang)}, ${counted(hot, "es punto caliente", "son puntos calientes", lang)} al 95 % o más.` : `Of ${counted(zones, "municipality", "municipalities", lang)}, ${counted(hot, "is a hot spot", "are hot spots", lang)} at 95 % or more.`);
  }
  return out;
}

/** Sentences on a stretch, a gap or a route. */
function line(layer: Layer, row: number, lang: Lang): string[] {
  const es = lang === "es";
  const n = (field: string) => layer.number(row, field);
  const out: string[] = [];
  const [from, to, km] = [n("from_km"), n("to_km"), n("km")];
  const whole = (value: number) => number(value, lang, 0);
  if (layer.def.theme === "gaps" && km !== null) {
    out.push(es ? `${whole(km)} km seguidos de ruta ${beyond(layer, lang)}.` : `${whole(km)} km of route on end ${beyond(layer, lang)}.`);
  } else if (km !== null) {
    out.push(es ? `Tramo de ${number(km, lang)} km.` : `Stretch of ${number(km, lang)} km.`);
  }
  if (from !== null && to !== null) out.push(es ? `Del kilómetro ${whole(from)} al ${whole(to)} de la ruta.` : `From kilometre ${whole(from)} to ${whole(to)} of the route.`);
  if (scoreOf(layer.def)) out.push(score(layer, row, lang));
  const route = n("route_km");
  if (route !== null) out.push(es ? `Mide ${number(route, lang)} km.` : `It is ${number(route, lang)} km long.`);
  for (const field of ["expo_km", "high_km"]) {
    const value = n(field);
    if (value !== null) out.push(`${called(layer, field, lang)}: ${number(value, lang)} km.`);
  }
  return out;
}

export function sentences(layer: Layer, row: number, lang: Lang): string[] {
  if (layer.def.geometry === "line") return line(layer, row, lang);
  return zone(layer, row, lang);
}
