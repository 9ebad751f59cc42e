// The search box: a combobox after the ARIA pattern.

import type { Entry } from "../search";
import { search } from "../search";
import type { Lang } from "../data/types";
import { number, say } from "../text/words";
import { h } from "./dom";

export function searchBox(lang: Lang, entries: () => Entry[], onChoose: (entry: Entry) => void): HTMLElement {
  const list = h("ul", { id: "search-list", role: "listbox", class: "search-list", hidden: true, "aria-label": say(lang, "found") });
  const input = h("input", { id: "search", type: "search", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list", placeholder: say(lang, "searchHint") });
  const status = h("p", { class: "unseen", role: "status" });
  let found: Entry[] = [];
  let at = -1;
  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next: number) => {
    at = found.length ? (next + found.length) % found.length : -1;
    [...list.children].forEach((option, i) => {
      option.setAttribute("aria-selected", String(i === at));
      if (i === at) option.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) input.setAttribute("aria-activedescendant", `search-${at}`);
  };
  const choose = (entry: Entry) => {
    input.value = entry.name;
    close();
    onChoose(entry);
  };
  const look = () => {
    found = search(entries(), input.value);
    list.replaceChildren(...found.map((entry, i) => h("li", { id: `search-${i}`, role: "option", "aria-selected": "false", mousedown: (event) => event.preventDefault(), click: () => choose(entry) }, h("span", {}, entry.name), h("small", {}, entry.where))));
    const asked = input.value.trim() !== "";
    status.textContent = !asked ? "" : found.length ? `${say(lang, "found")}: ${number(found.length, lang)}` : say(lang, "searchNone");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    at = -1;
  };
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) look();
      mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? found.length - 1 : at - 1);
    } else if (event.key === "Enter") {
      const entry = found[Math.max(at, 0)];
      if (entry && !list.hidden) choose(entry);
    } else if (event.key === "Escape") close();
  });
  return h("div", { class: "search", role: "search" }, h("label", { for: "search" }, say(lang, "search")), input, list, status);
}
