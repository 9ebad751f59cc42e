// What a feature is, and why, in sentences.

import type { FieldDef, Lang, Value } from "../data/types";
import type { Layer } from "../data/layer";
import { chance, number, pick, say } from "./words";

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

export function title(def: FieldDef, lang: Lang): string {
  const word = pick(def.title, lang);
  return def.unit ? `${word} (${def.unit})` : word;
}

/** Sentences on a zone: what it is and why, the strongest first. */
export function zone(layer: Layer, row: number, lang: Lang): string[] {
  const out: string[] = [];
  const es = lang === "es";
  const n = (field: string) => layer.number(row, field);
  const risk = n("risk");
  const riskClass = layer.has("risk_class") ? shown(layer, "risk_class", layer.value(row, "risk_class"), lang) : "";
  if (layer.has("risk")) {
    out.push(risk === null
      ? es ? "No tiene puntaje de riesgo: le faltan datos." : "It has no risk score: data are missing."
      : es ? `Riesgo ${number(risk, lang, 2)} de 1${riskClass ? ` (${riskClass.toLowerCase()})` : ""}.`
      : `Risk ${number(risk, lang, 2)} of 1${riskClass ? ` (${riskClass.toLowerCase()})` : ""}.`);
  }
  const missing = n("ind_miss");
  if (risk !== null && missing) out.push(es ? `Le faltan ${missing} indicadores: la clase es menos segura.` : `It lacks ${missing} indicators: the class is less sure.`);
  const z = n("gi_z");
  const q = n("gi_q");
  const bin = n("gi_bin");
  if (layer.has("gi_bin") && bin === null) out.push(es ? "Sin prueba de conglomerado: sin dato o sin vecinos." : "No test for a cluster: no data or no neighbours.");
  if (bin !== null && z !== null) {
    const far = number(Math.abs(z), lang, 1);
    const sure = q === null ? "" : ` (q ${chance(q, lang)})`;
    if (bin === 0) {
      out.push(es ? `El riesgo de su vecindario no se aparta del promedio más de lo que haría el azar${sure}. Eso no significa que sea seguro.`
        : `The risk of its neighbourhood is no further from the mean than chance would have it${sure}. That does not mean that it is safe.`);
    } else {
      const side = z > 0 ? (es ? "por encima" : "above") : es ? "por debajo" : "below";
      out.push(es ? `El riesgo aquí y en sus vecinos está ${far} desviaciones estándar ${side} de lo que daría el azar${sure}.`
        : `Risk here and among its neighbours lies ${far} standard deviations ${side} what chance would give${sure}.`);
    }
  }
  const near = n("near_km");
  if (near !== null) out.push(es ? `El albergue o sitio de servicio más cercano está a ${number(near, lang)} km.` : `The nearest shelter or service site is ${number(near, lang)} km away.`);
  const route = n("route_km");
  if (route !== null) {
    const gap = n("gap_km");
    // What lies out of reach may be published in whole kilometres, and so come out above the routes themselves.
    const whole = gap !== null && gap >= route - 0.5;
    const beyond = !gap ? "" : whole
      ? es ? "; casi todo queda sin servicio al alcance" : "; nearly all of that lies beyond reach of a service"
      : es ? `; unos ${number(gap, lang, 0)} km de ellas quedan sin servicio al alcance` : `; about ${number(gap, lang, 0)} km of them lie beyond reach of a service`;
    out.push(route > 0
      ? es ? `Lo cruzan ${number(route, lang, 1)} km de rutas${beyond}.` : `${number(route, lang, 1)} km of routes cross it${beyond}.`
      : es ? "Ninguna ruta lo cruza." : "No route crosses it.");
  }
  const incidents = n("incidents");
  if (incidents) out.push(es ? `${number(incidents, lang)} incidentes registrados: es un mínimo.` : `${number(incidents, lang)} recorded incidents: this is a minimum.`);
  const rank = n("prio_rank");
  if (rank !== null) out.push(es ? `Lugar ${number(rank, lang)} de ${number(layer.length, lang)} por prioridad.` : `Rank ${number(rank, lang)} of ${number(layer.length, lang)} by priority.`);
  const zones = n("zones");
  const hot = n("hot_zones");
  if (zones !== null && hot !== null) {
    out.push(es ? `${number(hot, lang)} de sus ${number(zones, lang)} municipios son punto caliente al 95 % o más.` : `${number(hot, lang)} of its ${number(zones, lang)} municipalities are hot spots at 95 % or more.`);
  }
  return out;
}

/** Sentences on a stretch, a gap or a route. */
export function line(layer: Layer, row: number, lang: Lang): string[] {
  const es = lang === "es";
  const n = (field: string) => layer.number(row, field);
  const out: string[] = [];
  const [from, to, km, risk, expo] = [n("from_km"), n("to_km"), n("km"), n("risk"), n("expo_km")];
  if (layer.def.theme === "gaps" && km !== null) {
    out.push(es ? `${number(km, lang)} km seguidos sin servicio al alcance.` : `${number(km, lang)} km on end without a service within reach.`);
  } else if (km !== null) {
    out.push(es ? `Tramo de ${number(km, lang)} km.` : `Stretch of ${number(km, lang)} km.`);
  }
  if (from !== null && to !== null) out.push(es ? `Del kilómetro ${number(from, lang, 0)} al ${number(to, lang, 0)} de la ruta.` : `From kilometre ${number(from, lang, 0)} to ${number(to, lang, 0)} of the route.`);
  if (layer.has("risk")) {
    const word = layer.has("risk_class") ? ` (${shown(layer, "risk_class", layer.value(row, "risk_class"), lang).toLowerCase()})` : "";
    out.push(risk === null ? (es ? "Sin puntaje de riesgo." : "No risk score.") : es ? `Riesgo ${number(risk, lang, 2)} de 1${word}.` : `Risk ${number(risk, lang, 2)} of 1${word}.`);
  }
  const route = n("route_km");
  if (route !== null) out.push(es ? `Mide ${number(route, lang)} km.` : `It is ${number(route, lang)} km long.`);
  if (expo !== null) out.push(es ? `Exposición: ${number(expo, lang)} km ponderados por riesgo.` : `Exposure: ${number(expo, lang)} km weighted by risk.`);
  const high = n("high_km");
  if (high !== null) out.push(es ? `${number(high, lang)} km pasan por riesgo alto.` : `${number(high, lang)} km pass through high risk.`);
  return out;
}

export function sentences(layer: Layer, row: number, lang: Lang): string[] {
  if (layer.def.geometry === "line") return line(layer, row, lang);
  return zone(layer, row, lang);
}
