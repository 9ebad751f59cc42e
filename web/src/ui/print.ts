// A sheet of paper: title, map, legend, what was chosen, sources and caveats.

import type { Model, Shown } from "../model";
import type { State } from "../state";
import { number, pick, say, when } from "../text/words";
import { h, swatch } from "./dom";
import { unsureEntry } from "./panel";

export async function printPage(root: HTMLElement, model: Model, state: State, items: Shown[], chosen: Element | null, picture: string | null): Promise<void> {
  const { lang } = state;
  const run = model.run(state.run);
  const filters = [state.state, state.route].filter(Boolean).join(" · ");
  const image = picture ? h("img", { src: picture, alt: say(lang, "map") }) : null;
  const details = chosen?.cloneNode(true) as HTMLElement | undefined;
  details?.querySelectorAll("button, details").forEach((element) => element.remove());
  details?.removeAttribute("id");
  const caveats = new Set(items.flatMap((item) => item.layer.def.caveats.map((c) => pick(c, lang)).filter(Boolean)));
  const sources = new Set(items.flatMap((item) => item.layer.def.sources));
  const sheet = h("div", { class: "sheet" },
    h("h1", {}, pick(model.page.title, lang)),
    h("p", {}, [pick(model.page.country, lang), when(run.published, lang), filters].filter(Boolean).join(" · ")),
    model.page.invented && h("p", { class: "invented" }, say(lang, "invented")),
    image,
    h("div", { class: "sheet-legends" }, ...items.map((item) => h("div", {}, h("h2", {}, pick(item.layer.def.title, lang)),
      h("ul", { class: "legend" }, ...item.renderer.classes.map((c, i) => h("li", {}, swatch(c.symbol), h("span", { class: "says" }, pick(c.says, lang)), h("span", { class: "count" }, number(item.counts[i]!, lang)))), unsureEntry(item, state))))),
    details ?? null,
    caveats.size ? h("div", {}, h("h2", {}, say(lang, "caveats")), h("ul", {}, ...[...caveats].map((c) => h("li", {}, c)))) : null,
    sources.size ? h("p", {}, `${say(lang, "sources")}: ${[...sources].join("; ")}.`) : null,
    h("p", {}, `${say(lang, "run")} ${run.run}`));
  document.body.append(sheet);
  if (image) await image.decode().catch(() => {});
  root.classList.add("while-printing");
  window.print();
  root.classList.remove("while-printing");
  sheet.remove();
}
