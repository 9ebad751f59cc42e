// What is shown, as it stands in the address: whoever gets the address sees the same.

import type { Lang } from "./data/types";

export interface State {
  lang: Lang;
  /** Name of the run that is shown; empty is the newest. */
  run: string;
  /** Name of the run that it is compared with; empty is none. */
  against: string;
  /** Zone layer on the map; empty is none. */
  zones: string;
  /** What zones are drawn by: a field of girls or boys, `own` for a layer's own classes where it has a priority too; empty is what comes first. */
  by: string;
  /** Lines and points on the map. */
  over: string[];
  state: string;
  route: string;
  /** Classes of the zone layer that are left out. */
  hidden: number[];
  /** `layer/key` of what is told in the details. */
  select: string;
  /** Key of the zone that what is chosen is set beside; empty is none. */
  beside: string;
  /** Layer whose table is open; empty is none. */
  table: string;
  /** Longitude, latitude, zoom. */
  view: [number, number, number] | null;
}

export const START: State = {
  lang: "es", run: "", against: "", zones: "", by: "", over: [], state: "", route: "", hidden: [], select: "", beside: "", table: "", view: null,
};

export function write(state: State): string {
  const out = new URLSearchParams();
  const put = (name: string, value: string) => value && out.set(name, value);
  put("l", state.lang);
  put("run", state.run);
  put("with", state.against);
  put("zones", state.zones);
  put("by", state.by);
  put("over", state.over.length ? state.over.join(",") : "-");
  put("state", state.state);
  put("route", state.route);
  put("hide", state.hidden.join(","));
  put("sel", state.select);
  put("beside", state.beside);
  put("table", state.table);
  if (state.view) put("at", state.view.map((v, i) => v.toFixed(i === 2 ? 2 : 4)).join(","));
  return `#${out.toString()}`;
}

/** What an address says; what it leaves out, or says wrongly, is as in `start`. */
export function read(hash: string, start: State): State {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name: string, otherwise: string) => given.get(name) ?? otherwise;
  const lang = given.get("l");
  const at = (given.get("at") ?? "").split(",").map(Number);
  const [lon, lat, zoom] = at;
  const placed = at.length === 3 && at.every(Number.isFinite) && Math.abs(lon!) <= 180 && Math.abs(lat!) <= 86 && zoom! >= 0 && zoom! <= 24;
  const over = given.get("over");
  return {
    lang: lang === "es" || lang === "en" ? lang : start.lang,
    run: text("run", start.run),
    against: text("with", start.against),
    zones: text("zones", start.zones),
    by: text("by", start.by),
    over: over === null ? start.over : over === "-" ? [] : over.split(","),
    state: text("state", start.state),
    route: text("route", start.route),
    hidden: (given.get("hide") ?? "").split(",").filter((v) => /^\d{1,3}$/.test(v)).map(Number),
    select: text("sel", start.select),
    beside: text("beside", start.beside),
    table: text("table", start.table),
    view: placed ? [lon!, lat!, zoom!] : start.view,
  };
}
