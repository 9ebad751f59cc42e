// The map in two sentences, under whatever filter stands.

import type { Lang } from "../data/types";
import type { Shown } from "../model";
import { number } from "./words";

export function summary(zones: Shown, gaps: Shown | undefined, lang: Lang): string[] {
  const out: string[] = [];
  const es = lang === "es";
  const rows = Array.from({ length: zones.layer.length }, (_, row) => row).filter((row) => zones.classes[row]! >= 0);
  if (zones.layer.has("gi_bin")) {
    const hot = rows.filter((row) => (zones.layer.number(row, "gi_bin") ?? 0) >= 2).length;
    out.push(es ? `${number(hot, lang)} de ${number(rows.length, lang)} municipios son punto caliente de riesgo (95 % o más).`
      : `${number(hot, lang)} of ${number(rows.length, lang)} municipalities are hot spots of risk (95 % or more).`);
  }
  if (gaps) {
    const found = Array.from({ length: gaps.layer.length }, (_, row) => row).filter((row) => gaps.classes[row]! >= 0);
    const km = found.reduce((sum, row) => sum + (gaps.layer.number(row, "km") ?? 0), 0);
    out.push(es ? `${number(found.length, lang)} brechas de las rutas, ${number(km, lang, 0)} km en total, sin servicio al alcance.`
      : `${number(found.length, lang)} gaps along the routes, ${number(km, lang, 0)} km in all, without a service within reach.`);
  }
  return out;
}
