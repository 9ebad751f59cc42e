// The page: state in, everything else follows.

import { routeBox, rowsOf } from "./boxes";
import { Layer } from "./data/layer";
import type { Lang, LayerDef, PageDef } from "./data/types";
import { MapView, type Hit, type Named } from "./map/map";
import { located } from "./gaps";
import { Model, changes, isPieces, routes, routesOfZone, scoreOf, show, unsure, zonesOfRoute, type Filter, type Shown } from "./model";
import { inOrder, PLACE, ranked } from "./priority";
import { along, nearestPart, pieceAt, profile, type Profile } from "./profile";
import type { Entry } from "./search";
import { START, read, write, type State } from "./state";
import { firstNames, headline, headlineParts, type Under } from "./text/finding";
import { pick, say, when, type Word } from "./text/words";
import { details, type Compared } from "./ui/details";
import { h, keepFocus, keepPlace, redraw, useColours } from "./ui/dom";
import { keyBrief, mapKey, roomForKey } from "./ui/key";
import { panel, type Stage } from "./ui/panel";
import type { Ranked } from "./ui/priority";
import { profileView, type ProfileView } from "./ui/profile";
import { searchBox } from "./ui/search";
import { tableView, type TableView } from "./ui/table";
import { sheet } from "./ui/print";
import { nameOf } from "./ui/timeline";

/** So many of the first places are named on the map from afar. */
const NAMED_FIRST = 10;

/** Room that the details take of the map, pixels. */
const DETAILS_PX = 360;

export class App {
  private model: Model;
  private state: State;
  private map: MapView | null = null;
  /** Layers of the shown run, by name. */
  private layers = new Map<string, Layer>();
  private stretches: Layer[] = [];
  private compared: Layer | null = null;
  private items = new Map<string, Shown>();
  private profile: { data: Profile; layer: Layer; view: ProfileView } | null = null;
  private tableView: TableView | null = null;
  private tip = h("div", { class: "tip", hidden: true });
  private parts = {
    header: h("header"),
    panel: h("div", { class: "panel-body" }),
    map: h("div", { class: "map" }),
    key: h("section", { class: "key", id: "key" }),
    brief: h("section", { class: "key-brief", id: "key-brief" }),
    details: h("div", { class: "details-holder" }),
    profile: h("div", { class: "profile-holder" }),
    quick: h("nav", { class: "quick" }),
    table: h("div", { class: "table-holder" }),
    status: h("p", { class: "unseen", role: "status" }),
  };
  private turn = 0;
  private keyOpen = roomForKey();

  constructor(private root: HTMLElement, page: PageDef) {
    this.model = new Model(page);
    useColours(page.colours);
    const lang: Lang = navigator.language.toLowerCase().startsWith("en") ? "en" : "es";
    const start: State = { ...START, lang, zones: this.model.first()?.layer ?? "", over: this.model.firstOver() };
    this.state = this.clean(read(location.hash, start));
  }

  async start(): Promise<void> {
    const stage = h("main", { class: "stage", id: "stage" }, h("div", { class: "area" }, this.parts.map, this.parts.brief, this.tip, this.parts.details), this.parts.profile, this.parts.table);
    this.root.replaceChildren(this.parts.header, h("nav", { class: "panel", id: "panel" }, this.parts.panel), stage, this.parts.quick, this.parts.status);
    const placed = this.state.view !== null;
    this.openMap();
    await this.load();
    // Only now the map has its size. An address that names a route, but no place, means the place of the route.
    if (!placed) this.map?.fit(routeBox(this.stretches, this.state.route), false);
    window.addEventListener("hashchange", () => {
      const next = this.clean(read(location.hash, this.state));
      if (write(next) !== write(this.state)) {
        this.state = next;
        void this.load();
      }
    });
    // However the reader asks for paper, it is the sheet that is printed.
    window.addEventListener("beforeprint", () => this.putSheet());
    window.addEventListener("afterprint", () => document.querySelector(".sheet")?.remove());
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (this.state.table) void this.closeTable();
      else if (this.state.select) void this.closeDetails();
    });
  }

  /** What is closed gives the keyboard back to where it came from. */
  private async closeTable(): Promise<void> {
    await this.set({ table: "" });
    document.getElementById("tool-table")?.focus();
  }

  private async closeDetails(): Promise<void> {
    await this.set({ select: "" });
    this.parts.map.querySelector("canvas")?.focus({ preventScroll: true });
  }

  private say(word: Word): string {
    return say(this.state.lang, word);
  }

  /** What is not there is not asked for. */
  private clean(state: State): State {
    const run = this.model.run(state.run);
    const has = (name: string) => run.layers.some((l) => l.layer === name);
    const known = (name: string) => this.model.runs.some((r) => r.run === name);
    return {
      ...state,
      run: known(state.run) && state.run !== this.model.newest.run ? state.run : "",
      against: known(state.against) && state.against !== run.run ? state.against : "",
      zones: has(state.zones) ? state.zones : "",
      over: state.over.filter(has),
      table: has(state.table) ? state.table : "",
    };
  }

  private async set(change: Partial<State>): Promise<void> {
    const before = this.state;
    this.state = this.clean({ ...before, ...change });
    this.remember();
    const reload = before.run !== this.state.run || before.against !== this.state.against || before.zones !== this.state.zones || before.over.join() !== this.state.over.join() || before.table !== this.state.table || before.lang !== this.state.lang;
    if (reload) await this.load();
    else this.render();
  }

  private remember(): void {
    history.replaceState(null, "", write(this.state));
  }

  private openMap(): void {
    try {
      this.map = new MapView(this.parts.map, this.model.page, this.say("mapHint"), this.state.view);
    } catch {
      this.parts.map.replaceChildren(h("p", { class: "no-map", role: "alert" }, this.say("noMap")));
      return;
    }
    this.parts.map.append(this.parts.key);
    this.map.onPick = (hit) => {
      // Which of them is meant, nobody knows: they are shown apart.
      if (hit?.rows && hit.rows.length > 1) {
        this.hover(null);
        this.map!.part(hit.rows);
      } else this.pick(hit);
    };
    this.map.onHover = (hit) => this.hover(hit);
    this.map.onMove = () => {
      this.state.view = this.map!.view();
      this.remember();
      this.tellPins();
    };
  }

  private pick(hit: Hit | null): void {
    void this.set({ select: hit ? this.selection(hit) : "" }).then(() => this.parts.details.scrollIntoView({ block: "nearest" }));
  }

  /** Where pins are is told on the element of the map: what is drawn on a canvas cannot be asked. */
  private tellPins(): void {
    const pins = this.map!.pins();
    this.parts.map.dataset.pins = JSON.stringify(pins);
    const told = pins.some((pin) => pin.rows.length > 1) ? "pinsJoined" : pins.length ? "pinsTold" : null;
    if (told !== this.pinsTold) this.drawKey(told);
  }

  private pinsTold: Word | null = null;

  private drawKey(told = this.pinsTold): void {
    this.pinsTold = told;
    const { key } = this.parts;
    const items = this.drawn();
    key.hidden = items.length === 0 && told === null;
    key.setAttribute("aria-label", this.say("legend"));
    this.parts.brief.setAttribute("aria-label", this.say("legend"));
    this.parts.brief.replaceChildren(...keyBrief(items, this.state.lang));
    keepFocus(key, () => key.replaceChildren(...mapKey(items, told, this.state, this.keyOpen, () => {
      this.keyOpen = !this.keyOpen;
      this.drawKey();
    })));
  }

  /** What is drawn on the map: zones, then lines and points. */
  private drawn(): Shown[] {
    return [this.state.zones, ...this.state.over].flatMap((name) => this.items.get(name) ?? []).filter((item) => item.layer.shape);
  }

  private selection(hit: Hit): string {
    return `${hit.layer}/${this.layers.get(hit.layer)!.key(hit.row)}`;
  }

  /** Loads what the state needs, then draws; a later call overtakes an earlier one. */
  private async load(): Promise<void> {
    const turn = ++this.turn;
    const run = this.model.run(this.state.run);
    const needed = new Set<LayerDef>(run.layers.filter((l) => l.theme === "stretches" || l.theme === "gaps" || isPieces(l)));
    for (const name of [this.state.zones, ...this.state.over, this.state.table, this.state.select.split("/")[0] ?? ""]) {
      const def = this.model.def(run, name);
      if (def) needed.add(def);
    }
    const main = this.model.first(run);
    if (main) needed.add(main);
    for (const def of run.layers) if (def.geometry === "none" && def.legend.pairs.length) needed.add(def);
    for (const def of this.model.outlines(run)) needed.add(def);
    const load = async (def: LayerDef) => ranked(await Layer.load(def));
    const loaded = await Promise.all([...needed].map(load));
    const old = this.state.against ? this.model.def(this.model.run(this.state.against), this.state.zones) : undefined;
    const compared = old ? await load(old) : null;
    if (turn !== this.turn) return;
    // Those with the score that is looked for first come first.
    const first = (layer: Layer) => Number(scoreOf(layer.def)?.field !== "way");
    this.stretches = loaded.filter((layer) => isPieces(layer.def)).sort((a, b) => first(a) - first(b));
    this.layers = new Map(loaded.map((layer) => [layer.name, layer.def.theme === "gaps" ? located(layer, this.stretches) : layer]));
    this.compared = compared;
    this.follow();
    this.render();
  }

  /** What is told of a zone is told by the layer that is drawn, once that is another one. */
  private follow(): void {
    const chosen = this.chosen();
    const drawn = this.layers.get(this.state.zones);
    if (!chosen || !drawn || chosen.layer === drawn || chosen.layer.shape?.kind !== "polygon") return;
    const key = chosen.layer.key(chosen.row);
    if (drawn.row(key) === undefined) return;
    this.state = { ...this.state, select: `${drawn.name}/${key}` };
    this.remember();
  }

  private filter(): Filter {
    const stateOf = new Map<string, string>();
    const main = this.main();
    if (main?.has("state")) for (let row = 0; row < main.length; row++) stateOf.set(main.key(row), main.text(row, "state"));
    const { state, route } = this.state;
    return { state, route, hidden: [], crossed: route ? zonesOfRoute(this.stretches, route) : null, stateOf };
  }

  private main(): Layer | undefined {
    const def = this.model.first(this.model.run(this.state.run));
    return def && this.layers.get(def.layer);
  }

  /** Works everything out anew and draws it. */
  private render(): void {
    const { state } = this;
    document.documentElement.lang = state.lang;
    const filter = this.filter();
    this.items = new Map();
    for (const layer of this.layers.values()) {
      const by = layer.name === state.zones ? state.by : "";
      const hidden = layer.name === state.zones ? state.hidden : [];
      this.items.set(layer.name, show(layer, this.model.renderer(layer.def, by), { ...filter, hidden }));
    }
    keepPlace(() => {
      this.drawHeader();
      this.drawQuick();
      this.drawPanel();
      this.drawDetails();
      this.drawProfile();
      this.drawTable();
      this.drawKey();
    });
    void this.drawMap();
  }

  private async drawMap(): Promise<void> {
    if (!this.map) return;
    const drawn = this.drawn().map((item) => ({ layer: item.layer, renderer: item.renderer, classes: item.classes, unsure: unsure(item) }));
    const outlines = this.model.outlines(this.model.run(this.state.run)).flatMap((def) => this.layers.get(def.layer) ?? []).filter((l) => l.name !== this.state.zones);
    await this.map.draw(drawn, outlines.slice(0, 2), this.named());
    const chosen = this.chosen();
    this.map.choose(chosen?.layer ?? null, chosen?.row ?? 0);
    this.tellPins();
    this.parts.map.dataset.drawn = String(++this.drawings);
  }

  private drawings = 0;

  /** Names on the map: of the states from afar, of the municipalities from near. */
  private named(): Named[] {
    const states = [...this.layers.values()].find((l) => l.def.theme === "states" && l.shape?.kind === "polygon" && l.length > 1);
    const main = this.main();
    const item = main && this.items.get(main.name);
    // Of zones of one size, one in the middle of the screen has room for its name from about here on.
    const near = main ? zoomOf(main.def.legend.label?.scale ?? 1_500_000) : 0;
    // The first places are named from afar, where they are what is drawn.
    const first = item?.renderer.field === PLACE && this.state.zones === main!.name ? inOrder(main!, (row) => item.passed[row]!).slice(0, NAMED_FIRST) : [];
    return [
      ...(first.length ? [{ layer: main!, rows: first, from: 0, to: near }] : []),
      ...(states && states.has("name") ? [{ layer: states, from: 4.2, to: near }] : []),
      ...(main && main.has("name") ? [{ layer: main, from: near, to: 24 }] : []),
    ];
  }

  private chosen(): { layer: Layer; row: number } | null {
    const cut = this.state.select.indexOf("/");
    const layer = this.layers.get(this.state.select.slice(0, cut));
    const row = layer?.row(this.state.select.slice(cut + 1));
    return layer && row !== undefined ? { layer, row } : null;
  }

  private drawHeader(): void {
    const { page } = this.model;
    const { lang } = this.state;
    const other: Lang = lang === "es" ? "en" : "es";
    const run = this.model.run(this.state.run);
    const ranking = this.ranking();
    document.title = [ranking && firstNames(ranking, lang), pick(page.title, lang)].filter(Boolean).join(" · ");
    keepFocus(this.parts.header, () => this.parts.header.replaceChildren(
      h("a", { class: "skip", href: "#table", click: (event) => { event.preventDefault(); void this.set({ table: this.state.table || this.state.zones || this.model.newest.layers[0]!.layer }); this.focusTable = true; } }, this.say("skip")),
      h("div", { class: "titles" }, h("h1", {}, ...(ranking ? this.lead(ranking) : [pick(page.title, lang)])), h("p", {}, `${pick(page.title, lang)} · ${pick(page.country, lang)} · ${this.say("published")} ${when(run.published, lang)}`), page.invented && h("p", { class: "invented" }, this.say("invented"))),
      searchBox(lang, () => this.entries(), (entry) => this.goTo(entry.key)),
      h("div", { class: "tools" },
        h("button", { id: "tool-table", "aria-pressed": String(this.state.table !== ""), click: () => void this.toggleTable() }, this.say("table")),
        h("button", { id: "tool-print", click: () => window.print() }, this.say("print")),
        h("button", { id: "tool-share", click: () => void this.share() }, this.say("share")),
        h("button", { id: "tool-language", lang: other, "aria-label": `${this.say("language")}: ${other === "es" ? "español" : "English"}`, click: () => void this.set({ lang: other }) }, other === "es" ? "Español" : "English")),
    ));
  }

  /** The zones with a priority, as they are shown. */
  private ranking(): Shown | null {
    const main = this.main();
    return (main?.has(PLACE) && this.items.get(main.name)) || null;
  }

  /** The filter that stands, in words. */
  private under(): Under {
    const { state, route } = this.state;
    return { state, route: routes(this.stretches).find((r) => r.key === route)?.name ?? "" };
  }

  /** The headline, each place in it a way to its details. */
  private lead(ranking: Shown): (Node | string)[] {
    const { layer } = ranking;
    return headlineParts(ranking, this.under(), this.state.lang).map(({ text, row }, i) => (row === null ? text : h("button", { class: "link", id: `lead-${i}`, click: () => this.goTo(layer.key(row)) }, text)));
  }

  private finding(): string {
    const ranking = this.ranking();
    return ranking ? headline(ranking, this.under(), this.state.lang) : "";
  }

  /** On a phone: what lies far down is one touch away. */
  private drawQuick(): void {
    const to = async (id: string) => {
      // The table lies over all else.
      await this.set({ table: "" });
      const there = document.getElementById(id);
      there?.scrollIntoView();
      there?.focus({ preventScroll: true });
    };
    this.parts.quick.setAttribute("aria-label", this.say("quick"));
    keepFocus(this.parts.quick, () => this.parts.quick.replaceChildren(
      h("button", { id: "quick-map", click: () => void to("stage") }, this.say("toMap")),
      h("button", { id: "quick-first", click: () => void to("first") }, this.say("toFirst")),
      h("button", { id: "quick-filters", click: () => void to("filters") }, this.say("toFilters")),
      h("button", { id: "quick-table", click: () => void this.toggleTable() }, this.say("table"))));
  }

  private async toggleTable(): Promise<void> {
    await this.set({ table: this.state.table ? "" : this.state.zones || this.model.newest.layers[0]!.layer });
  }

  private entries(): Entry[] {
    const layer = this.main();
    if (!layer) return [];
    return Array.from({ length: layer.length }, (_, row) => ({ name: layer.heading(row), where: layer.text(row, "state"), key: layer.key(row) }));
  }

  private goTo(key: string, layer = this.main()): void {
    const row = layer?.row(key);
    if (!layer || row === undefined) return;
    this.map?.fit(layer.box(row), true, DETAILS_PX);
    void this.showDetails(`${layer.name}/${key}`);
  }

  private async showDetails(select: string): Promise<void> {
    await this.set({ select, table: "" });
    const details = this.parts.details.querySelector<HTMLElement>("#details");
    // On a telephone they lie below the map, and may be longer than the screen: why comes first.
    details?.scrollIntoView({ block: "start" });
    details?.focus({ preventScroll: true });
  }

  private drawPanel(): void {
    const item = this.items.get(this.state.zones);
    const stage: Stage = {
      model: this.model,
      state: this.state,
      items: this.items,
      main: this.main(),
      stretches: this.stretches,
      set: (change) => void this.set(change),
      goTo: (key, layer) => this.goTo(key, layer),
      fit: (box) => this.map?.fit(box),
    };
    const changed = this.compared && item ? changes(this.compared, item.layer, item.renderer) : null;
    keepFocus(this.parts.panel, () => redraw(this.parts.panel, panel(stage, changed)));
  }

  private drawDetails(): void {
    const chosen = this.chosen();
    const holder = this.parts.details;
    if (!chosen) {
      holder.replaceChildren();
      return;
    }
    const item = this.items.get(chosen.layer.name)!;
    const others = [...this.layers.values()].filter((l) => l !== chosen.layer && l.def.geometry === "none" && l.has("girls_pct") && chosen.layer.shape?.kind === "polygon");
    const compared = this.compared && this.compared.name === chosen.layer.name ? this.comparedWith(this.compared) : null;
    const box = chosen.layer.box(chosen.row);
    const ranked = chosen.layer.shape?.kind === "polygon" ? this.rankedAt(chosen.layer.key(chosen.row)) : null;
    const element = details(item, chosen.row, {
      others, compared, ranked, beside: this.rankedAt(this.state.beside),
      onClose: () => void this.closeDetails(),
      onGo: box && this.map ? () => this.map!.fit(box, true, DETAILS_PX) : null,
      onBeside: (on) => void this.set({ beside: on && ranked ? ranked.layer.key(ranked.row) : "" }),
      onPrint: () => window.print(),
    }, this.state.lang);
    const route = chosen.layer.def.theme === "routes" ? chosen.layer.key(chosen.row) : chosen.layer.text(chosen.row, "route");
    if (route && this.state.route !== route && this.stretches.some((l) => rowsOf(l, (row) => l.text(row, "route") === route).length)) {
      element.querySelector(".facts")!.after(h("p", {}, h("button", { id: "show-profile", click: () => void this.set({ route }) }, this.say("profile"))));
    }
    keepFocus(holder, () => holder.replaceChildren(element));
  }

  private rankedAt(key: string): Ranked | null {
    const layer = this.ranking()?.layer;
    const row = layer?.row(key);
    return layer && row !== undefined ? { layer, row, routes: routesOfZone(this.stretches, key) } : null;
  }

  private comparedWith(layer: Layer): Compared {
    const { runs } = this.model;
    const other = this.model.run(this.state.against);
    const newer = runs.indexOf(other) > runs.indexOf(this.model.run(this.state.run));
    return { layer, newer, label: `${this.say(newer ? "changeUntil" : "changeSince")} ${nameOf(other, this.state.lang)}` };
  }

  private drawProfile(): void {
    const { route, lang } = this.state;
    const found = routes(this.stretches).find((r) => r.key === route);
    if (!found) {
      this.profile = null;
      this.parts.profile.replaceChildren();
      this.map?.point(null);
      return;
    }
    const { layer } = found;
    const gaps = [...this.layers.values()].find((l) => l.def.theme === "gaps") ?? null;
    const renderer = this.model.renderer(layer.def, "");
    const data = profile(layer, gaps, route, renderer);
    const view = profileView(data, layer, found.name, renderer, lang, (km) => this.map?.point(km === null ? null : this.placeAt(km)), () => void this.set({ route: "" }));
    this.profile = { data, layer, view };
    keepFocus(this.parts.profile, () => this.parts.profile.replaceChildren(view.element));
  }

  private placeAt(km: number): [number, number] | null {
    const { data, layer } = this.profile!;
    const piece = pieceAt(data, km);
    return piece ? along(layer.line(piece.row), (km - piece.from) / (piece.to - piece.from || 1)) : null;
  }

  private hover(hit: Hit | null): void {
    const item = hit && this.items.get(hit.layer);
    this.tip.hidden = !item;
    if (hit && item) {
      const c = item.renderer.classes[item.all[hit.row]!];
      const names = hit.rows && hit.rows.length > 1 ? hit.rows.map((row) => `${item.layer.text(row, PLACE)}. ${item.layer.heading(row)}`) : [item.layer.heading(hit.row)];
      this.tip.replaceChildren(...names.map((name) => h("strong", {}, name)), c ? h("span", {}, pick(c.says, this.state.lang)) : "");
    }
    if (!this.profile) return;
    const onRoute = hit && item && item.layer === this.profile.layer && item.layer.text(hit.row, "route") === this.state.route;
    if (!onRoute) {
      this.profile.view.set(null);
      this.map?.point(null);
      return;
    }
    const piece = this.profile.data.pieces.find((p) => p.row === hit.row);
    if (!piece) return;
    const km = piece.from + nearestPart(item.layer.line(hit.row), [hit.lon, hit.lat]) * (piece.to - piece.from);
    this.profile.view.set(km);
    this.map?.point(this.placeAt(km));
  }

  private focusTable = false;
  private tableKey = "";

  private drawTable(): void {
    const item = this.items.get(this.state.table);
    if (!item) {
      this.tableView = null;
      this.tableKey = "";
      this.parts.table.replaceChildren();
      return;
    }
    const key = `${this.state.lang}/${this.state.run}/${item.layer.name}`;
    if (key !== this.tableKey || !this.tableView) {
      this.tableKey = key;
      const run = this.model.run(this.state.run);
      const chooser = h("select", { id: "table-layer", "aria-label": this.say("layers"), change: (event) => void this.set({ table: (event.target as HTMLSelectElement).value }) },
        ...run.layers.map((def) => h("option", { value: def.layer, selected: def.layer === item.layer.name }, pick(def.title, this.state.lang))));
      const { layer } = item;
      this.tableView = tableView(layer, this.state.lang, chooser, (row) => {
        this.map?.fit(layer.box(row), true, DETAILS_PX);
        void this.showDetails(`${layer.name}/${layer.key(row)}`);
      }, () => void this.closeTable());
      keepFocus(this.parts.table, () => this.parts.table.replaceChildren(this.tableView!.element));
    }
    this.tableView.update(rowsOf(item.layer, (row) => item.classes[row]! >= 0));
    if (this.focusTable) this.parts.table.querySelector<HTMLElement>(".table-scroll")?.focus();
    this.focusTable = false;
  }

  private async share(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
      this.tell(this.say("copied"));
    } catch {
      this.tell(this.say("notCopied"));
    }
  }

  private tell(text: string): void {
    this.parts.status.textContent = text;
    this.parts.status.className = "toast";
    setTimeout(() => (this.parts.status.className = "unseen"), 4000);
  }

  private putSheet(): void {
    const items = [this.state.zones, ...this.state.over].flatMap((name) => this.items.get(name) ?? []);
    document.querySelector(".sheet")?.remove();
    sheet(this.model, this.state, this.under(), this.finding(), items, this.parts.details.querySelector("#details"), this.map?.picture() ?? null);
  }
}

/** The zoom at which a map has a scale of 1 in so many, at the equator. */
function zoomOf(scale: number): number {
  return Math.log2(279_541_132 / scale);
}
