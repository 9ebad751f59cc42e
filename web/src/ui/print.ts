// One sheet of paper: the finding, the map, what was chosen, legend, caveats and sources.

import { PX_PER_MM } from "../map/hatch";
import type { Model, Shown } from "../model";
import type { State } from "../state";
import type { Under } from "../text/finding";
import { drawnTitle } from "../text/tell";
import { pick, say, when } from "../text/words";
import { h } from "./dom";
import { legendOf, notes } from "./panel";

/** What both A4 and Letter have room for between their margins, mm; the style sheet gives the width. */
const ROOM_MM = 250;
/** The map is worth no less and no more than this, mm. */
const MAP_MM = [60, 105] as const;
/** Letters shrink in these steps until all fits; below the last nobody could read them. */
const LETTERS_PT = [10, 9.5, 9, 8.5, 8, 7.5, 7];

export function sheet(model: Model, state: State, under: Under, finding: string, items: Shown[], chosen: Element | null, picture: HTMLCanvasElement | null): void {
  const { lang } = state;
  const run = model.run(state.run);
  const details = chosen?.cloneNode(true) as HTMLElement | undefined;
  details?.querySelectorAll("button, details, [role=status], .actions").forEach((element) => element.remove());
  for (const element of [details, ...(details?.querySelectorAll("[id]") ?? [])]) element?.removeAttribute("id");
  const name = details?.querySelector("h2");
  const place = details?.querySelector(".where");
  name?.remove();
  place?.remove();
  const caveats = new Set(items.flatMap((item) => item.layer.def.caveats.map((c) => pick(c, lang)).filter(Boolean)));
  const sources = new Set(items.flatMap((item) => item.layer.def.sources));
  picture?.setAttribute("aria-label", say(lang, "map"));
  const page = h("div", { class: "sheet" },
    h("h1", {}, [name?.textContent, place?.textContent].filter(Boolean).join(", ") || finding || pick(model.page.title, lang)),
    h("p", { class: "where" }, [pick(model.page.title, lang), pick(model.page.country, lang), under.state, under.route, `${say(lang, "published")} ${when(run.published, lang)}`].filter(Boolean).join(" · ")),
    model.page.invented && h("p", { class: "invented" }, say(lang, "invented")),
    picture,
    h("div", { class: "sheet-body" },
      details ?? null,
      h("div", { class: "sheet-legends" }, ...items.map((item) => h("div", {}, h("h2", {}, drawnTitle(item, lang)), ...notes(item, state), legendOf(item, state, { all: false }))))),
    caveats.size ? h("div", { class: "sheet-caveats" }, h("h2", {}, say(lang, "caveats")), h("ul", {}, ...[...caveats].map((c) => h("li", {}, c)))) : null,
    h("p", { class: "where" }, [sources.size ? `${say(lang, "sources")}: ${[...sources].join("; ")}` : "", `${say(lang, "run")} ${run.run}`, model.page.contact].filter(Boolean).join(" · ")));
  document.body.append(page);
  fit(page);
}

/** Sizes map and letters so that the sheet is one page, and readable. */
function fit(page: HTMLElement): void {
  const put = (name: string, value: string) => page.style.setProperty(name, value);
  page.classList.add("measured");
  put("--picture", "0mm");
  for (const letters of LETTERS_PT) {
    put("--letters", `${letters}pt`);
    const left = ROOM_MM - page.scrollHeight / PX_PER_MM;
    if (left < MAP_MM[0] && letters !== LETTERS_PT[LETTERS_PT.length - 1]) continue;
    put("--picture", `${Math.max(MAP_MM[0] / 2, Math.min(MAP_MM[1], left))}mm`);
    break;
  }
  page.classList.remove("measured");
}
