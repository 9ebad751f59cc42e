// How well a score pointed to where incidents were recorded later, in a sentence.

import type { Lang, LayerDef } from "../data/types";
import { called } from "./tell";
import { number } from "./words";

/** Years from the first to the last. */
function years([first, last]: [number, number], lang: Lang): string {
  if (first === last) return lang === "es" ? `de ${first}` : `of ${first}`;
  return lang === "es" ? `de ${first} a ${last}` : `of ${first} to ${last}`;
}

/** What the run found; nothing is said of a layer that was not judged. */
export function tested(def: LayerDef, lang: Lang): string | null {
  const found = def.validation;
  if (!found) return null;
  const es = lang === "es";
  const pct = (share: number) => number(100 * share, lang, 0);
  const score = called({ def }, found.judged, lang);
  const [low, high] = found.interval.map(pct);
  const [made, judged] = [years(found.made_from, lang), years(found.judged_by, lang)];
  // Incidents far from every piece of a route judge nothing; zones without a route hold none of its kilometres.
  const where = def.geometry === "line" ? (es ? "cerca de las rutas" : "near the routes") : es ? "en los municipios que cruza una ruta" : "in the municipalities that routes cross";
  if (es) {
    return `Prueba: calculando «${score}» con los incidentes ${made} y ninguno posterior, el primer ${pct(found.share)} % de los kilómetros de ruta reunió el ${pct(found.capture)} % (intervalo del ${pct(found.level)} %: ${low} a ${high} %) de los ${number(found.events, lang)} incidentes ${judged} registrados ${where}; al azar, el ${pct(found.chance)} %; por los incidentes anteriores solos, el ${pct(found.history)} %.`;
  }
  return `Test: with “${score}” computed from the incidents ${made} and none later, the first ${pct(found.share)} % of route kilometres held ${pct(found.capture)} % (${pct(found.level)} % interval: ${low} to ${high} %) of the ${number(found.events, lang)} incidents ${judged} recorded ${where}; by chance, ${pct(found.chance)} %; by earlier incidents alone, ${pct(found.history)} %.`;
}
