import { describe, expect, test } from "vitest";
import { union } from "../src/boxes";
import { csv } from "../src/csv";
import { Layer, classOf, unroll } from "../src/data/layer";
import { decode } from "../src/data/store";
import type { LayerDef, PageDef, Renderer } from "../src/data/types";
import Pbf from "pbf";
import { VectorTile } from "@mapbox/vector-tile";
import { decode as readTile, polygons } from "../src/map/borders";
import { strokes, tile } from "../src/map/hatch";
import { join, parted, type Pin } from "../src/map/pins";
import { Model, changes, isPieces, show, unsure } from "../src/model";
import { kmIn, located, longest } from "../src/gaps";
import { PLACE, byPlace, inOrder, ranked, reasons } from "../src/priority";
import { headline, headlineParts, madeOf, summary } from "../src/text/finding";
import { along, inGap, nearestPart, pieceAt, profile } from "../src/profile";
import { plain, search } from "../src/search";
import { START, read, write } from "../src/state";
import { tested } from "../src/text/tested";
import { chance, counted, joined, number } from "../src/text/words";
import { compare } from "../src/ui/table";

const said = (text: string) => ({ es: text, en: text });
const fill = (colour: string) => ({ kind: "fill" as const, colour });

const bins: Renderer = {
  kind: "categorized", field: "gi_bin",
  classes: [
    { says: said("hot"), is: "3", symbol: fill("#f00") },
    { says: said("cool"), is: "0", symbol: fill("#ff0") },
    { says: said("none"), missing: true, symbol: fill("#ccc") },
  ],
};

/** As the style definition has them. */
const UNITS: Record<string, string> = { way: "0–100", risk: "0–1" };

function layer(columns: Record<string, (string | number | null)[]>, theme = "hotspots", geometry = "none"): Layer {
  const fields = Object.keys(columns).map((name) => ({ name, title: said(name), unit: UNITS[name] ?? null, values: [] }));
  const def = { layer: "l", key: "code", theme, geometry, priority_of: [], validation: null, legend: { heading: "name", renderer: bins, unsure: null, pairs: [], tip: [], fields, label: null } } as unknown as LayerDef;
  return new Layer(def, columns, null);
}

describe("boxes", () => {
  test("are the narrowest, over the date line too", () => {
    expect(union([[1, 2, 3, 4], null, [-5, 0, 2, 9]])).toEqual([-5, 0, 3, 9]);
    expect(union([[178, -18, 179, -17], [-180, -18, -179, -17]])).toEqual([178, -18, 181, -17]);
    expect(union([[179, 0, 181, 1], [-179, 0, -178, 1]])).toEqual([179, 0, 182, 1]);
    expect(union([[-170, 0, -10, 1], [10, 0, 60, 1]])).toEqual([-170, 0, 60, 1]);
    expect(union([null])).toBeNull();
  });
});

describe("csv", () => {
  test("formulas are defused, numbers are not", () => {
    expect(csv(["a", "b"], [["=1+1", -1], ["@x", null], ["-1", 2.5], ['q"', 1], ["a,b", 1], ["\tx", 1]]))
      .toBe("a,b\r\n'=1+1,-1\r\n'@x,\r\n'-1,2.5\r\n\"q\"\"\",1\r\n\"a,b\",1\r\n'\tx,1\r\n");
  });
});

describe("classes", () => {
  test("a value on a cut belongs to the higher class, missing to its own", () => {
    const ranges: Renderer = { kind: "graduated", field: "x", classes: [
      { says: said(""), range: [5, 9], symbol: fill("") }, { says: said(""), range: [1, 5], symbol: fill("") },
      { says: said(""), range: [0, 0], symbol: fill("") }, { says: said(""), missing: true, symbol: fill("") } ] };
    expect([9, 5, 4.9, 0, null, 0.5, 10].map((v) => classOf(ranges, v))).toEqual([0, 0, 1, 2, 3, -1, -1]);
    expect(["3", 3, 0, null, ""].map((v) => classOf(bins, v))).toEqual([0, 0, 1, 2, 2]);
  });
});

describe("filters", () => {
  const zones = layer({ code: ["1", "2", "3", "4"], name: ["a", "b", "c", "d"], state: ["X", "X", "Y", "Y"], gi_bin: [3, 0, 3, null] });
  const all = { state: "", route: "", hidden: [], crossed: null, stateOf: new Map<string, string>() };
  test("counts follow state and route, not the hidden classes", () => {
    expect(show(zones, bins, all)).toMatchObject({ counts: [2, 1, 1], shown: 4 });
    expect(show(zones, bins, { ...all, state: "X" })).toMatchObject({ counts: [1, 1, 0], shown: 2 });
    expect(show(zones, bins, { ...all, hidden: [0] })).toMatchObject({ counts: [2, 1, 1], shown: 2 });
    expect(show(zones, bins, { ...all, route: "R", crossed: new Set(["3"]) })).toMatchObject({ counts: [1, 0, 0], shown: 1 });
  });
  test("a table without states asks where its zones are", () => {
    const table = layer({ code: ["1", "3"], gi_bin: [3, 0] });
    const stateOf = new Map([["1", "X"], ["3", "Y"]]);
    expect([...show(table, bins, { ...all, state: "Y", stateOf }).classes]).toEqual([-1, 1]);
  });
  test("what changed between two runs", () => {
    const before = layer({ code: ["1", "2", "3"], gi_bin: [0, 3, 3] });
    const after = layer({ code: ["1", "2", "3", "9"], gi_bin: [3, 0, 3, 3] });
    expect(changes(before, after, bins)).toEqual({ changed: 2, entered: 1, left: 1 });
  });
});

describe("lines across areas", () => {
  const hatch = (angle_deg: number, apart_mm: number) => ({ angle_deg, apart_mm, width_mm: 0.12 });
  test("a tile keeps the distance within three percent", () => {
    for (const [angle, apart] of [[0, 1.2], [45, 1.2], [135, 1.2], [45, 1.8]] as const) {
      const { side, count } = tile(hatch(angle, apart));
      const apartPx = (side / count) * (angle === 0 ? 1 : Math.SQRT1_2);
      expect(Math.abs(apartPx / ((apart * 96) / 25.4) - 1)).toBeLessThan(0.03);
    }
  });
  test("they cross the whole square, rising or falling as QGIS has them", () => {
    const [x1, y1, x2, y2] = strokes(45, 4, 8, 8)[0]!;
    expect(Math.sign((y2 - y1) / (x2 - x1))).toBe(-1);
    const falling = strokes(135, 4, 8, 8)[0]!;
    expect(Math.sign((falling[3] - falling[1]) / (falling[2] - falling[0]))).toBe(1);
    expect(strokes(0, 4, 8, 8).map(([, y]) => y)).toEqual([2, 6]);
    // Shifted by a tile it is the same picture: no seam.
    const starts = (step: number) => new Set(strokes(45, step, 8, 8).map(([x]) => (((x + 1) % 8) + 8) % 8));
    expect(starts(4)).toEqual(new Set([0, 4]));
  });
  test("a class that is not sure is hatched, no class is not", () => {
    const zones = layer({ code: ["1", "2", "3", "4"], gi_bin: [3, 0, null, 3], ind_miss: [1, 0, 2, null] });
    const all = { state: "", route: "", hidden: [], crossed: null, stateOf: new Map<string, string>() };
    zones.def.legend.unsure = { field: "ind_miss", below: null, at_least: 1, says: said(""), hatch: hatch(45, 1.8) };
    expect(unsure(show(zones, bins, all))).toEqual([0]);
    zones.def.legend.unsure = { field: "ind_miss", below: 1, at_least: null, says: said(""), hatch: hatch(45, 1.8) };
    expect(unsure(show(zones, bins, all))).toEqual([1]);
  });
});

test("no colour of a map is written here: they come from the style definition", () => {
  const files = import.meta.glob<string>("../src/**/*.{ts,css}", { query: "?raw", import: "default", eager: true });
  expect(Object.keys(files).length).toBeGreaterThan(15);
  for (const [name, text] of Object.entries(files)) {
    // The page's own ink and paper stand in one line.
    const found = text.replace(/^:root \{.*$/m, "").match(/#[0-9a-f]{3,8}\b/gi)?.filter((word) => !/^#app$|^#table$/.test(word));
    expect([name, found ?? []]).toEqual([name, []]);
  }
});

describe("pins", () => {
  const widthOf = (text: string) => 16 + 6 * text.length;
  const pin = (number: number, lon: number, lat = 0): Pin => ({ row: number, number, name: String(number), lon, lat });
  const texts = (pins: Pin[], zoom: number) => join(pins, zoom, widthOf).map(({ text }) => text);
  // At zoom 1 a degree is 2.8 pixels here.
  test("those that would hide each other are one, the better place first, and it lies between them", () => {
    const pins = [pin(8, 0), pin(2, 4), pin(5, 60)];
    expect(texts(pins, 1)).toEqual(["2 · 8", "5"]);
    expect(texts(pins, 4)).toEqual(["2", "5", "8"]);
    const [one] = join(pins, 1, widthOf);
    expect([one!.lon, one!.lat]).toEqual([2, expect.closeTo(0, 9)]);
    expect(join([pin(1, 0, 60), pin(2, 0, 62)], 0, widthOf)[0]!.lat).toBeCloseTo(61.02, 1);
  });
  test("one that grew wide takes in what it would hide", () => {
    const pins = [pin(1, 0), pin(2, 7), pin(3, 15)];
    expect(texts([pins[1]!, pins[2]!], 1)).toEqual(["2 · 3"]);
    expect(texts([pins[0]!, pins[2]!], 1)).toEqual(["1", "3"]);
    expect(texts(pins, 1)).toEqual(["1 · 2 · 3"]);
  });
  test("those that share a place share its number, and never part", () => {
    const twins = [pin(6, 0), { ...pin(6, 0), row: 9 }];
    expect(texts(twins, 9)).toEqual(["6 · 6"]);
    expect(parted(twins, 3, 7.5, widthOf)).toBe(7.5);
    expect(parted([pin(1, 0), pin(2, 4)], 1, 7.5, widthOf)).toBe(2.25);
  });
});

describe("search", () => {
  const entries = [["Tapachula", "07089"], ["San Juan Tapáchula", "1"], ["Metapa", "2"], ["Álamo", "3"]].map(([name, key]) => ({ name: name!, key: key!, where: "Chiapas" }));
  test("accents and case do not matter; the nearest comes first", () => {
    expect(plain("  ÁlAmo")).toBe("alamo");
    expect(search(entries, "tapach").map((e) => e.key)).toEqual(["07089", "1"]);
    expect(search(entries, "alamo")[0]!.key).toBe("3");
    expect(search(entries, "0708")[0]!.name).toBe("Tapachula");
    expect(search(entries, "chiapas")).toHaveLength(4);
    expect(search(entries, " ")).toEqual([]);
  });
});

describe("profile", () => {
  const stretches = layer({ code: ["a", "b", "c"], route: ["R", "R", "S"], from_km: [10, 0, 0], to_km: [30, 10, 5], risk: [0.55, 0.2, 0.9], gi_bin: [3, 0, 0] }, "stretches");
  const gaps = layer({ code: ["g"], route: ["R"], from_km: [5], to_km: [12] }, "gaps");
  test("pieces in order, gaps beside", () => {
    const p = profile(stretches, gaps, "R", bins);
    expect(p.pieces.map((x) => x.row)).toEqual([1, 0]);
    expect([p.length, p.top]).toEqual([30, 0.6]);
    const way = layer({ code: ["a"], route: ["R"], from_km: [0], to_km: [5], risk: [0.9], way: [37] });
    expect(profile(way, null, "R", bins)).toMatchObject({ top: 40, pieces: [{ score: 37 }] });
    expect([0, 10, 30, 31].map((km) => pieceAt(p, km)?.row)).toEqual([1, 0, 0, undefined]);
    expect([4, 5, 12, 13].map((km) => inGap(p, km))).toEqual([false, true, true, false]);
  });
  test("there and back along a line", () => {
    const line: [number, number][] = [[0, 0], [0, 1], [0, 3]];
    expect(along(line, 0.5)).toEqual([0, 1.5]);
    expect(along(line, 2)).toEqual([0, 3]);
    expect(along([], 0.5)).toBeNull();
    expect(nearestPart(line, [0.2, 1.5])).toBeCloseTo(0.5, 9);
  });
});

describe("priority", () => {
  const zones = ranked(layer({
    code: ["1", "2", "3", "4", "5"], name: ["a", "b", "c", "d", "e"], state: ["X", "X", "Y", "Y", "Y"],
    route_km: [0, 9, 3, 4, 7], prio_rank: [1, 2, 3, 3, null], incidents: [50, 2, 8, null, 0], gi_bin: [3, 3, 0, 0, 0],
  }, "hotspots", "polygon"));
  const place = (row: number) => zones.number(row, PLACE);
  const colours = {} as Parameters<typeof byPlace>[0];
  const all = { state: "", route: "", hidden: [], crossed: null, stateOf: new Map<string, string>() };
  test("only what a route crosses has a place; ties share it", () => {
    expect([0, 1, 2, 3, 4].map(place)).toEqual([null, 1, 2, 2, null]);
    expect(inOrder(zones, (row) => zones.text(row, "state") === "Y")).toEqual([2, 3]);
    expect(show(zones, byPlace(colours), all).counts).toEqual([3, 0, 0, 0, 2]);
  });
  test("a priority without ranks will do, and one of states is none", () => {
    const other = layer({ code: ["1", "2"], priority: [0.2, 0.9], route_km: [1, 1] }, "hotspots", "polygon");
    expect([0, 1].map((row) => ranked(other).number(row, PLACE))).toEqual([2, 1]);
    expect(ranked(layer({ code: ["1"], priority: [0.2] }, "states", "polygon")).has(PLACE)).toBe(false);
  });
  test("a line layer with the risk on the way takes the place of the stretches, and the run says how far gaps lie from sites", () => {
    const def = (name: string, theme: string, fields: string[]) => ({ ...layer({ code: [], ...Object.fromEntries(fields.map((f) => [f, []])) }, theme, "line").def, layer: name });
    const pieces = ["route", "from_km", "to_km"];
    const run = { run: "r", sequence: 1, published: "", layers: [
      def("stretches", "stretches", [...pieces, "risk"]), def("way", "plain", [...pieces, "way"]), { ...def("gaps", "gaps", pieces), beyond: { es: "a más de 25.5 km", en: "more than 25.5 km" } },
    ] };
    const model = new Model({ runs: [run] } as unknown as PageDef);
    expect([...model.firstOver()].sort()).toEqual(["gaps", "way"]);
    expect(model.newest.layers.map((l) => l.beyond?.en)).toEqual(["more than 25.5 km", "more than 25.5 km", "more than 25.5 km"]);
    expect(model.newest.layers.map(isPieces)).toEqual([true, true, false]);
  });
  test("reasons are what the recipe of the workspace says, and compare with those that routes cross", () => {
    expect(reasons(zones, 1)).toEqual([]);
    zones.def.priority_of = ["not_published", "incidents"].map((field) => ({ field, weight: 1 }));
    expect(reasons(zones, 1)).toEqual([{ field: "incidents", place: 2, of: 3 }]);
    expect(reasons(zones, 0)[0]!.place).toBeNull();
    expect(reasons(zones, 3)[0]!.place).toBeNull();
    expect(reasons(zones, 4)[0]!.place).toBeNull();
  });
  test("the headline says who comes first, under the filter too", () => {
    const told = (filter: Partial<typeof all>, route = "") => headline(show(zones, byPlace(colours), { ...all, ...filter }), { state: filter.state ?? "", route }, "en");
    expect(told({})).toBe("First b (X), c (Y) and d (Y), by priority to protect people on the move, among 3 municipalities that routes cross.");
    expect(told({ state: "X" })).toBe("In X: first b, by priority to protect people on the move, among 1 municipality that a route crosses.");
    expect(told({ state: "Z" })).toBe("Under this filter, no municipality has a priority.");
    const parts = headlineParts(show(zones, byPlace(colours), all), { state: "", route: "" }, "en");
    expect(parts.filter(({ row }) => row !== null).map(({ text, row }) => [text, row])).toEqual([["b (X)", 1], ["c (Y)", 2], ["d (Y)", 3]]);
    // A class that is hidden changes the picture, not the finding.
    expect(told({ hidden: [0] as never[] })).toBe(told({}));
  });
  test("what the priority is made of is said as an order and no rate, where all of it is published", () => {
    const told = (fields: string[], lang: "es" | "en") => {
      zones.def.priority_of = fields.map((field, i) => ({ field, weight: i ? 1 : 4 }));
      return madeOf(zones, lang);
    };
    const named = zones.def.legend.fields.find((f) => f.name === "incidents")!;
    named.title = { es: "Incidentes por 100 km y año", en: "Incidents per 100 km and year" };
    expect(told(["incidents", "route_km"], "es")).toBe("La prioridad es un orden entre lugares, no una tasa: 80 % por incidentes por 100 km y año y 20 % por route_km. Quien va primero no es siempre quien tiene más.");
    expect(told(["incidents", "route_km"], "en")).toBe("The priority is an order among places, not a rate: 80 % by incidents per 100 km and year and 20 % by route_km. The first is not always the one that has most.");
    expect(told(["incidents", "not_published"], "es")).toBe("");
    expect(told([], "en")).toBe("");
    zones.def.priority_of = [];
  });


  const stretches = layer({
    code: ["a", "b", "c", "d"], route: ["R", "R", "R", "S"], route_name: ["r", "r", "r", "s"], name: ["b", null, "c", "a"], state: ["X", null, "Y", "X"],
    zone: ["2", null, "3", "1"], from_km: [0, 40, 50, 0], to_km: [40, 50, 90, 5],
  }, "stretches", "line");
  const gaps = located(layer({ code: ["R-gap-001", "R-gap-002", "S-gap-001"], route: ["R", "R", "S"], from_km: [30, 60, 0], to_km: [55, 90, 5], km: [25, 30, 5] }, "gaps", "line"), [stretches]);
  test("gaps begin and end in places, and have states", () => {
    expect([0, 1, 2].map((row) => gaps.heading(row))).toEqual(["b – c", "c", "a"]);
    expect([0, 1, 2].map((row) => gaps.text(row, "states"))).toEqual(["X · Y", "Y", "X"]);
    expect([kmIn(gaps, 0, [stretches], "X"), kmIn(gaps, 0, [stretches], "Y")]).toEqual([10, 5]);
    expect([...show(gaps, { kind: "single", classes: [] }, { ...all, state: "X" }).passed]).toEqual([true, false, true]);
    expect(longest(gaps, () => true)).toEqual([1, 0, 2]);
  });
  test("sentences count with plurals, and never say that nothing is there", () => {
    const shown = show(zones, byPlace(colours), all);
    gaps.def.beyond = { es: "a más de 30 km de todo albergue de la lista", en: "more than 30 km from every shelter of the list" };
    const [told, long, hot] = summary(shown, show(gaps, { kind: "single", classes: [] }, all), "", [stretches], "es");
    expect(told).toBe("3 brechas con 60 km de rutas a más de 30 km de todo albergue de la lista; rutas paralelas cuentan cada una.");
    expect(long).toBe("La más larga: 30 km, c.");
    const inX = { ...all, state: "X" };
    expect(summary(show(zones, byPlace(colours), inX), show(gaps, { kind: "single", classes: [] }, inX), "X", [stretches], "es")[1]).toBe("La más larga que pasa por X: 25 km (10 km en X), b – c.");
    expect(hot).toBe("2 municipios son puntos calientes de vulnerabilidad de residentes (95 % o más); las rutas cruzan 1.");
  });
});

describe("how a score was judged", () => {
  const validation = { judged: "way", made_from: [2014, 2018], judged_by: [2019, 2023], events: 1183, share: 0.1, capture: 0.8324, interval: [0.74, 0.8949], level: 0.8999999999999999, chance: 0.1, history: 0.8 } as const;
  const def = (more: object, geometry = "line") => ({ ...layer({ code: [], way: [] }, "segments", geometry).def, ...more }) as LayerDef;
  test("is said in figures of the run, without names of fields", () => {
    const judged = def({ validation });
    judged.legend.fields[1]!.title = { es: "Riesgo en el camino", en: "Risk on the way" };
    expect(tested(judged, "es")).toBe("Prueba: calculando «Riesgo en el camino» con los incidentes de 2014 a 2018 y ninguno posterior, el primer 10 % de los kilómetros de ruta reunió el 83 % (intervalo del 90 %: 74 a 89 %) de los 1,183 incidentes de 2019 a 2023 registrados cerca de las rutas; al azar, el 10 %; por los incidentes anteriores solos, el 80 %.");
    expect(tested(judged, "en")).toBe("Test: with “Risk on the way” computed from the incidents of 2014 to 2018 and none later, the first 10 % of route kilometres held 83 % (90 % interval: 74 to 89 %) of the 1,183 incidents of 2019 to 2023 recorded near the routes; by chance, 10 %; by earlier incidents alone, 80 %.");
  });
  test("one year is one year, and zones are those that routes cross", () => {
    expect(tested(def({ validation: { ...validation, judged_by: [2019, 2019] } }, "polygon"), "en")).toContain("incidents of 2019 recorded in the municipalities that routes cross");
  });
  test("nothing is said of a layer that was not judged", () => {
    expect(tested(def({ validation: null }), "es")).toBeNull();
  });
});

test("no sentence claims what the list cannot know", () => {
  const files = import.meta.glob<string>("../src/**/*.ts", { query: "?raw", import: "default", eager: true });
  for (const [name, text] of Object.entries(files)) {
    expect([name, text.match(/sin servicio|sin exposici|without a service|no service within|without exposure|puntaje de riesgo/i)?.[0]]).toEqual([name, undefined]);
  }
});

describe("address", () => {
  test("there and back", () => {
    const state = { ...START, lang: "en" as const, zones: "hotspots", over: ["gaps", "stretches"], state: "Sierra & más", hidden: [1, 4], select: "hotspots/01 #x", view: [-92.25, 14.9, 9.5] as [number, number, number] };
    expect(read(write(state), START)).toEqual(state);
    expect(read(write({ ...state, over: [] }), START).over).toEqual([]);
  });
  test("nonsense is left out", () => {
    const got = read("#l=xx&at=1,2,three&hide=a,-1,2&zones=%3Cimg%3E", START);
    expect(got).toMatchObject({ lang: START.lang, view: null, hidden: [2], zones: "<img>" });
    expect(read("#at=999,0,3", START).view).toBeNull();
  });
});

test("steps become places", () => {
  expect(unroll([-9200000, 1400000, 0, 100000])).toEqual([[-92, 14], [-92, 15]]);
});

test("base64", () => {
  expect([...decode("+//+AA==\n")]).toEqual([251, 255, 254, 0]);
});

test("numbers", () => {
  expect(number(12345.67, "es")).toBe("12,346");
  expect(number(0.5, "en")).toBe("0.50");
  expect([counted(1, "brecha", "brechas", "es"), counted(1200, "brecha", "brechas", "es")]).toEqual(["1 brecha", "1,200 brechas"]);
  expect(joined(["a", "b", "c"], "es")).toBe("a, b y c");
  expect(chance(0.00001, "en")).toBe("< 0.001");
});

test("sorting puts missing last both ways", () => {
  const sort = (down: boolean) => [2, null, 10, 1].sort((a, b) => compare(a, b, down));
  expect(sort(false)).toEqual([1, 2, 10, null]);
  expect(sort(true)).toEqual([10, 2, 1, null]);
  expect(["b10", "b9"].sort((a, b) => compare(a, b, false))).toEqual(["b9", "b10"]);
});

describe("borders", () => {
  // Two squares that share a side: the side, what is left of it, what is right of it; and a hole in the first.
  const lines = [[[4, 0], [4, 4]], [[4, 4], [0, 4], [0, 0], [4, 0]], [[4, 4], [8, 4], [8, 0], [4, 0]], [[1, 1], [1, 2], [2, 2], [1, 1]]];
  const zones: [number, number[][]][] = [[7, [[0, 2], [6]]], [300, [[1, 5]]]];

  function kept(): Uint8Array {
    const layer = (name: string, features: [number, number[]][]) => (_: null, pbf: Pbf) => {
      pbf.writeStringField(1, name);
      for (const [id, numbers] of features) {
        pbf.writeMessage(2, (_: null, pbf: Pbf) => {
          pbf.writeVarintField(1, id);
          pbf.writePackedVarint(4, numbers);
        }, null);
      }
      pbf.writeVarintField(5, 16);
    };
    const zigzag = (v: number) => (v << 1) ^ (v >> 31);
    let at = [0, 0];
    const drawn = lines.flatMap((line) => line.flatMap(([x, y], i) => {
      const step = [zigzag(x! - at[0]!), zigzag(y! - at[1]!)];
      at = [x!, y!];
      return [...(i === 0 ? [9] : i === 1 ? [((line.length - 1) << 3) | 2] : []), ...step];
    }));
    const pbf = new Pbf();
    pbf.writeMessage(3, layer("borders", [[0, drawn]]), null);
    pbf.writeMessage(3, layer("shape-1", zones.map(([id, rings]) => [id, [rings.length, ...rings.flatMap((ring) => [ring.length, ...ring])]])), null);
    return pbf.finish();
  }

  test("rings are walked together again, in both directions", () => {
    const tile = new VectorTile(new Pbf(new Uint8Array(polygons(readTile(kept()), "shape-1"))));
    const layer = tile.layers["zones"]!;
    expect([layer.length, layer.extent]).toEqual([2, 16]);
    const [first, second] = [layer.feature(0), layer.feature(1)];
    expect([first.id, second.id, first.type]).toEqual([7, 300, 3]);
    const drawn = (feature: typeof first) => feature.loadGeometry().map((ring) => ring.map(({ x, y }) => [x, y]));
    expect(drawn(first)).toEqual([[[4, 0], [4, 4], [0, 4], [0, 0], [4, 0]], [[1, 1], [1, 2], [2, 2], [1, 1]]]);
    expect(drawn(second)).toEqual([[[4, 4], [4, 0], [8, 0], [8, 4], [4, 4]]]);
  });

  test("a layer that is not in the tile draws nothing", () => {
    expect(polygons(readTile(kept()), "shape-2").byteLength).toBe(0);
  });
});
