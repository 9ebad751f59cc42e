// The runs that are kept: which is shown, and with which it is compared.

import type { Changes, Model } from "../model";
import type { Lang, RunDef } from "../data/types";
import type { State } from "../state";
import { number, say, when, type Word } from "../text/words";
import { h } from "./dom";

/** A run by its place and time: the place tells the order, since clocks are set back. */
export function nameOf(run: RunDef, lang: Lang): string {
  return run.sequence ? `${run.sequence} · ${when(run.published, lang)}` : when(run.published, lang);
}

export function timeline(model: Model, state: State, changes: Changes | null, set: (change: Partial<State>) => void): HTMLElement {
  const { lang } = state;
  const word = (w: Word) => say(lang, w);
  const run = model.run(state.run);
  if (model.runs.length < 2) return h("section", { class: "box" }, h("h2", {}, word("runs")), h("p", { class: "hint" }, word("oneRun")));
  const at = model.runs.indexOf(run);
  const slider = h("input", { id: "time", type: "range", min: 0, max: model.runs.length - 1, step: 1, value: at, "aria-label": word("run"), "aria-valuetext": nameOf(run, lang), input: (event) => {
    const next = model.runs[Number((event.target as HTMLInputElement).value)]!;
    // The run that it was compared with cannot be compared with itself.
    set({ run: next.run, against: state.against === next.run ? "" : state.against });
  } });
  const others = model.runs.filter((r) => r !== run);
  const chooser = h("label", { class: "field" }, word("against"),
    h("select", { id: "against", change: (event) => set({ against: (event.target as HTMLSelectElement).value }) },
      h("option", { value: "", selected: state.against === "" }, word("noCompare")),
      ...others.map((r) => h("option", { value: r.run, selected: r.run === state.against }, nameOf(r, lang)))));
  const out = h("section", { class: "box" }, h("h2", {}, word("runs")), slider, h("p", { class: "time-told" }, nameOf(run, lang)), chooser);
  if (state.against) {
    const other = model.run(state.against);
    const older = model.runs.indexOf(other) < at ? other : run;
    const newer = older === other ? run : other;
    const toggle = (target: typeof run, label: Word, id: string) => h("button", { id, "aria-pressed": String(run === target), click: () => run === target || set({ run: target.run, against: run.run }) }, word(label));
    out.append(h("div", { class: "toggle", role: "group", "aria-label": word("against") }, toggle(older, "before", "before"), toggle(newer, "after", "after")));
    if (changes) {
      // Counted from the older run to the newer, whichever is shown.
      const forward = run === newer;
      out.append(h("ul", { class: "changes", id: "changes" },
        h("li", {}, `${word("changedRows")}: ${number(changes.changed, lang)}`),
        h("li", {}, `${word("entered")}: ${number(forward ? changes.entered : changes.left, lang)}`),
        h("li", {}, `${word("left")}: ${number(forward ? changes.left : changes.entered, lang)}`)));
    }
  }
  return out;
}
