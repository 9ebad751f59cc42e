// Where the page begins.

import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";
import { App } from "./app";
import { json } from "./data/store";
import type { PageDef } from "./data/types";
import { say } from "./text/words";
import { h } from "./ui/dom";

async function begin(): Promise<void> {
  const root = document.getElementById("app")!;
  try {
    await new App(root, await json<PageDef>("page")).start();
  } catch (error) {
    const lang = navigator.language.startsWith("es") ? "es" : "en";
    root.replaceChildren(h("p", { role: "alert", class: "failed" }, `${say(lang, "failed")} ${error instanceof Error ? error.message : String(error)}`));
  }
}

void begin();
