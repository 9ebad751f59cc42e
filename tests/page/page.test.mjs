// What the page must do, in both of its forms.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { AXE, colours, inSight, launch, near, open, pins, shown, still, tabTo } from "./browser.mjs";

const pictures = process.env.PAGE_PICTURES;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The column of the score, by whichever name the build gives it. */
const SCORE = /^(Risk|Vulnerability of residents[^(]*) \(/;
const FIRST = [0, 70, 63];
const HOT_SPOTS = "#l=en&by=own";
/** Of the single file: what shows that it is loaded whole, and keeps texts as texts. Everything with PAGE_WHOLE=1. */
const LOADED = ["the map draws", "a name that is HTML", "two runs", "an address brings back"];
const forms = { folder: process.env.PAGE_FOLDER, single: process.env.PAGE_SINGLE };

for (const [form, file] of Object.entries(forms)) {
  describe(`${form} over file://`, () => {
    // One file holds what the folder does, through the same code: what differs is how it is loaded.
    const whole = form === "folder" || process.env.PAGE_WHOLE;
    const at = (name, body, hash, options) => test(name, { skip: !whole && !LOADED.some((part) => name.startsWith(part)) }, async () => {
      const opened = await open(browser, file, hash, options);
      await body(opened.page, opened);
      await opened.close();
    });

    at("the map draws the first places by priority, and nothing is fetched", async (page) => {
      const counts = await colours(page);
      assert.ok(near(counts, FIRST) > 2000, "the first ten are not seen");
      assert.ok(Object.keys(counts).length > 50);
      const names = await page.locator("#first li button").allInnerTexts();
      assert.match(await page.locator("h1").innerText(), new RegExp(`^First ${names[0]} \\(.+\\), .*, by priority to protect people on the move, among 71 municipalities that routes cross\\.$`));
      assert.match(await page.locator("body").innerText(), /an order among places, not a rate: \d+ % by incidents per 100 km and year, smoothed/);
      assert.ok((await page.title()).startsWith(names[0]), await page.title());
      await page.screenshot({ path: path.join(pictures, `demo-${form}.png`) });
    });

    at("a key on the map says what is drawn, and only that", async (page) => {
      const key = page.locator("#key-body");
      assert.ok(await inSight(page.locator("#key")), "the key is not in sight");
      assert.match(await key.innerText(), /^Priority on the routes\s.*Gaps: far from the shelters of the list: probably more than 30 km from every site of the list \(sites moved on purpose\)\s.*Class of risk on the way; low does not mean safe.*Rank by priority/s);
      // As many classes of each layer as the panel counts something in.
      const counted = (lists) => lists.evaluateAll((all) => all.map((list) => [...list.querySelectorAll("li")].filter((li) => li.querySelector(".count")?.textContent !== "0").map((li) => li.querySelector(".says").textContent)));
      const [zones, , way] = await counted(page.locator(".panel .legend"));
      assert.deepEqual(await counted(key.locator(".legend")), [zones, way]);
      await page.locator("#class-0").uncheck();
      assert.doesNotMatch(await key.innerText(), /The first 10/);
      await page.locator("#over-gaps").uncheck();
      await page.waitForFunction(() => !/far from the shelters/.test(document.querySelector("#key-body").innerText));
      await page.locator("#zones-hotspots-own").check();
      await page.waitForFunction(() => /^Hot spots/.test(document.querySelector("#key-body").innerText));
      assert.doesNotMatch(await key.innerText(), /Rank by priority/);
      await page.locator("#tool-language").click();
      await page.waitForFunction(() => /^Puntos calientes.*Clase de riesgo en el camino/s.test(document.querySelector("#key-body").innerText));
    });

    at("the key is folded and opened by keyboard, and is not on paper", async (page) => {
      const fold = page.locator("#key-fold");
      const state = async () => [await fold.getAttribute("aria-expanded"), await page.locator("#key-body").isVisible()];
      await tabTo(page, fold);
      assert.deepEqual(await state(), ["true", true]);
      await page.keyboard.press("Enter");
      assert.deepEqual(await state(), ["false", false]);
      await page.keyboard.press("Space");
      assert.deepEqual(await state(), ["true", true]);
      assert.equal(await page.evaluate(() => document.activeElement.id), "key-fold");
      await onePage(page, (sheet) => assert.equal(sheet.match(/The first 10/g).length, 1));
    });

    at("patterns are drawn as in QGIS, and the legend shows them", async (page) => {
      // Lines 0.12 mm wide cover a good third of a pixel of the blue of a cold spot.
      const lined = [102, 119, 137];
      const before = near(await colours(page), lined, 16);
      assert.ok(before > 100, `cold spots have no lines: ${before}`);
      await page.locator("#class-5").uncheck();
      await still(page);
      const after = near(await colours(page), lined, 16);
      assert.ok(after < before / 2, `lines stay where nothing is drawn: ${before}, ${after}`);
      const rows = await page.locator(".legend").first().locator("li").evaluateAll((items) => items.map((li) => [li.innerText.split("\n")[0], li.querySelectorAll(".hatch line").length > 0]));
      for (const [says, lines] of rows) assert.equal(lines, /^(Cold spot|No data|Indicators missing|Class not sure)/.test(says), says);
      assert.ok(rows.some(([says]) => /^(Indicators missing|Class not sure)/.test(says)), "nothing is unsure");
      assert.match(await page.locator(".legend").first().locator("xpath=..").innerText(), /They are made from: .+share a border.+90, 95 or 99 %.+does not mean safe/s);
    }, HOT_SPOTS);

    at("a click on a hot spot shows its facts", async (page) => {
      const place = await page.evaluate(() => {
        // Where the map says a hot spot lies: the first by priority, centred.
        document.querySelector(".first button").click();
        return null;
      });
      assert.equal(place, null);
      await still(page);
      await page.locator("#details .close").click();
      assert.equal(await page.locator("#details").count(), 0);
      const box = await page.locator(".map").boundingBox();
      // The place is put beside the room of the details, which take 360 pixels.
      await page.mouse.click(box.x + box.width / 2 - 180, box.y + box.height / 2 + 8);
      const told = await page.locator("#details").innerText();
      assert.match(told, /Rank \d+ of 71 by priority|Stretch of|km of route on end/);
      assert.match(told, /: (0\.\d\d of 1|\d+ of 100)/);
    });

    at("how a score was judged is said with it, in the figures of the run", async (page) => {
      const [priority, way] = await Promise.all(["hotspots", "way_risk"].map(async (name) => (await recorded(name)).made.validation));
      const told = await page.locator("#first .tested").innerText();
      assert.match(told, /^Test: with “Priority” computed from the incidents of .+ recorded in the municipalities that routes cross; by chance, 10 %/);
      assert.ok(told.includes(`of the ${priority.events.toLocaleString("en-US")} incidents`), told);
      const line = await page.locator(".over-legend .tested").innerText();
      const [low, high] = way.scores[0].interval[1].map((part) => Math.round(100 * part));
      assert.ok(line.includes(`% interval: ${low} to ${high} %)`) && line.includes("“Risk on the way”"), line);
      assert.doesNotMatch(told + line, /`|NaN|null|undefined/);
      await page.locator("#tool-language").click();
      assert.match(await page.locator("#first .tested").innerText(), /^Prueba: calculando «Prioridad» con los incidentes de .+ y ninguno posterior/);
    });

    at("search finds a municipality by a part of its name, by keyboard alone", async (page) => {
      const name = await page.locator(".first button").nth(1).innerText();
      await page.locator("#search").focus();
      await page.keyboard.type(name.toUpperCase());
      await page.waitForSelector("#search-list li");
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.locator("#search").getAttribute("aria-activedescendant"), "search-0");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator("#details h2").innerText(), name);
      assert.match(await page.locator("#details").innerText(), /Girls: .*\n?.*Boys: /s);
      assert.equal(await page.evaluate(() => document.activeElement.id), "details");
    });

    at("the language switches, and the address keeps it", async (page) => {
      await page.locator("#tool-language").click();
      await page.waitForSelector("text=Dónde actuar primero");
      assert.equal(await page.evaluate(() => document.documentElement.lang), "es");
      assert.match(page.url(), /l=es/);
      assert.match(await page.locator(".legend").first().innerText(), /Los primeros 10/);
      assert.match(await page.locator("header").innerText(), /ninguna cifra es real/);
    });

    at("filters change the counts shown and the map", async (page) => {
      const all = await shown(page);
      assert.equal(all, 200);
      const first = near(await colours(page), FIRST);
      await page.locator("#class-0").uncheck();
      await still(page);
      const without = await shown(page);
      assert.ok(without < all);
      assert.ok(near(await colours(page), FIRST) < first / 4, "what was hidden is still seen");
      await page.locator("#class-0").check();
      await page.locator("#filter-state").selectOption({ index: 1 });
      const state = await shown(page);
      assert.ok(state > 0 && state < all / 2, `${state} of ${all}`);
      await page.locator("#clear").click();
      await page.locator("#filter-route").selectOption({ index: 1 });
      const crossed = await shown(page);
      assert.ok(crossed > 0 && crossed < all, `${crossed} of ${all}`);
      await page.locator("#clear").click();
      assert.equal(await shown(page), all);
    });

    at("the profile follows the pointer, and the map follows the profile", async (page) => {
      await page.locator("#filter-route").selectOption({ index: 1 });
      await still(page);
      const slider = page.getByRole("slider", { name: /Profile of the route/ });
      const box = await slider.boundingBox();
      await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
      const told = await page.locator(".profile-told").innerText();
      assert.match(told, /^km \d+ · .+ · (.+: (0\.\d\d|\d+)|no data)/);
      const dot = page.locator(".cursor-dot");
      const first = await dot.boundingBox();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 60);
      const second = await dot.boundingBox();
      assert.ok(Math.hypot(first.x - second.x, first.y - second.y) > 20, "the mark on the map stays");
      assert.notEqual(await page.locator(".profile-told").innerText(), told);
      // And back: the pointer on the route moves the profile.
      await page.mouse.move(second.x + 8, second.y + 8);
      await page.mouse.move(second.x + 9, second.y + 8);
      await page.waitForTimeout(150);
      const back = Number(await slider.getAttribute("aria-valuenow"));
      const length = Number(await slider.getAttribute("aria-valuemax"));
      assert.ok(Math.abs(back / length - 0.7) < 0.06, `${back} of ${length}`);
      await slider.focus();
      await page.keyboard.press("Home");
      assert.equal(await slider.getAttribute("aria-valuenow"), "0");
      await page.keyboard.press("ArrowRight");
      assert.match(await slider.getAttribute("aria-valuetext"), /^km \d+ · /);
    });

    at("a name that is HTML stays text, everywhere", async (page) => {
      await page.locator("#search").fill("<img");
      assert.match(await page.locator("#search-list li").first().innerText(), /<img src=x/);
      await page.keyboard.press("Enter");
      assert.match(await page.locator("#details h2").innerText(), /^<img src=x onerror=/);
      await page.locator("#tool-table").click();
      await page.getByRole("button", { name: /^Code/ }).or(page.getByRole("button", { name: /code/i })).first().click();
      assert.match(await page.locator(".table tbody").innerText(), /<img src=x/);
      assert.equal(await page.locator("img").count(), 0);
      assert.doesNotMatch(await page.title(), /broken/);
    });

    at("two runs: slider, before and after, what changed", async (page) => {
      await page.locator("#against").selectOption({ index: 1 });
      await page.waitForSelector("#changes");
      const told = (await page.locator("#changes").innerText()).match(/\d+/g).map(Number);
      assert.ok(told[0] > 0, `nothing changed: ${told}`);
      const counts = await page.locator(".legend .count").allInnerTexts();
      await page.locator("#before").click();
      await page.waitForSelector("#before[aria-pressed=true]");
      await page.waitForSelector("#changes");
      assert.notDeepEqual(await page.locator(".legend .count").allInnerTexts(), counts);
      assert.deepEqual((await page.locator("#changes").innerText()).match(/\d+/g).map(Number), told);
      await page.locator("#time").focus();
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction((want) => [...document.querySelectorAll(".legend .count")].map((e) => e.innerText).join() === want, counts.join());
    }, HOT_SPOTS);

    at("the table sorts, downloads without formulas, and leads to the map", async (page) => {
      await page.locator("#tool-table").click();
      const risk = page.getByRole("columnheader", { name: SCORE });
      await risk.getByRole("button").click();
      assert.equal(await risk.getAttribute("aria-sort"), "ascending");
      await risk.getByRole("button").click();
      assert.equal(await risk.getAttribute("aria-sort"), "descending");
      const column = await page.locator("thead th").allInnerTexts().then((t) => t.findIndex((v) => SCORE.test(v)));
      const values = (await page.locator(`tbody tr > :nth-child(${column + 1})`).allInnerTexts()).map(Number).filter(Number.isFinite);
      assert.deepEqual(values, [...values].sort((a, b) => b - a));
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download CSV" }).click()]);
      const text = await readFile(await download.path(), "utf8");
      assert.equal(text.split("\r\n").length, 202);
      assert.match(text, /^code,name,state,risk/);
      await page.locator("tbody .link").first().click();
      await page.waitForSelector("#details");
    });

    at("girls and boys colour the zones in one set of classes", async (page) => {
      await page.locator("#zones-child_labour").check();
      await page.locator("#by").selectOption("girls_pct");
      await still(page);
      const girls = await page.locator(".legend").first().innerText();
      await page.locator("#by").selectOption("boys_pct");
      const boys = await page.locator(".legend").first().innerText();
      const says = (text) => text.split("\n").filter((line) => line.includes("–") || line.startsWith("0 %"));
      assert.ok(says(girls).length > 2);
      assert.deepEqual(says(girls), says(boys));
      assert.notEqual(girls, boys);
    });

    at("an address brings back what was shown", async (page, opened) => {
      await page.locator("#filter-route").selectOption({ index: 2 });
      await page.locator(".first button").first().click();
      await still(page);
      const told = await page.locator("#details").innerText();
      const url = page.url();
      const again = await open(browser, file, new URL(url).hash);
      assert.equal(await again.page.locator("#details").innerText(), told);
      assert.equal(await again.page.locator(".profile").count(), 1);
      await again.close();
      assert.deepEqual(opened.faults, []);
    });

    at("printing gives one page, of the map and of a place, without controls", async (page) => {
      const first = await page.locator("#first li button").first().innerText();
      await onePage(page, (sheet) => assert.match(sheet, new RegExp(`^First ${first}.*The first 10.*Bear in mind`, "s")));
      await page.locator("#first li button").first().click();
      await still(page);
      await onePage(page, (sheet) => {
        assert.match(sheet, new RegExp(`^${first}, .*Rank 1 of 71.*Why.*from a point inside the municipality.*Bear in mind`, "s"));
        assert.doesNotMatch(sheet, /All data|Show on the map|Print/);
      });
      assert.equal(await page.locator(".sheet").count(), 0, "the sheet stays");
    });

    at("details lead with priority and why, and follow the layer that is drawn", async (page) => {
      await page.locator("#first li button").first().click();
      const told = () => page.locator("#details").innerText();
      assert.match(await told(), /^×\s+[^\n]+\s+[^\n]+\s+Rank 1 of 71 by priority.*Why.*Names and places of services are withheld on purpose.*The first 10/s);
      await page.locator("#zones-hotspots-own").check();
      await page.waitForFunction(() => /Hot spot, \d\d %|Not significant/.test(document.querySelector("#details").innerText));
      await page.locator("#zones-vulnerability").check();
      await page.waitForFunction(() => location.hash.includes("sel=vulnerability%2F"));
      assert.match(await told(), /Rank 1 of 71 by priority.*Vulnerability index \(invented\)/s);
    });

    at("two places stand side by side", async (page) => {
      const names = (await page.locator("#first li button").allInnerTexts()).slice(0, 2);
      await page.locator("#first li button").nth(0).click();
      await page.locator("#set-beside").click();
      await page.locator("#first li button").nth(1).click();
      const table = await page.locator("#beside").innerText();
      assert.match(table, new RegExp(`${names[0]}.*${names[1]}`, "s"));
      assert.match(table, /Rank by priority among those that routes cross\s+1\s+2/);
      await onePage(page, (sheet) => assert.match(sheet, new RegExp(`^${names[1]}.*Two places.*${names[0]}`, "s")));
      await page.locator("#beside-end").click();
      assert.equal(await page.locator("#beside").count(), 0);
    });

    at("keyboard alone reaches everything", async (page) => {
      const seen = new Set();
      for (let i = 0; i < 140; i++) {
        await page.keyboard.press("Tab");
        const id = await page.evaluate(() => {
          const e = document.activeElement;
          if (!e || e === document.body) return "";
          const style = getComputedStyle(e);
          return `${e.id || e.className || e.tagName}|${style.outlineStyle !== "none"}`;
        });
        if (id) seen.add(id);
      }
      const names = [...seen].map((s) => s.split("|")[0]);
      for (const wanted of ["skip", "search", "tool-table", "tool-print", "tool-share", "tool-language", "key-fold", "class-0", "filter-state", "filter-route", "time", "against"]) {
        assert.ok(names.includes(wanted), `Tab never reaches ${wanted}: ${names.join(" ")}`);
      }
      assert.ok(names.some((n) => n.includes("maplibregl-canvas")), "Tab never reaches the map");
      // The mark of focus is seen on each.
      assert.deepEqual([...seen].filter((s) => s.endsWith("|false") && !s.startsWith("details")), []);
      await page.locator("#tool-table").focus();
      await page.keyboard.press("Enter");
      await page.locator("tbody .link").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.id === "details");
      await page.keyboard.press("Escape");
      await page.waitForSelector("#details", { state: "detached" });
      assert.match(await page.evaluate(() => document.activeElement.className), /maplibregl-canvas/);
    });

    for (const [name, hash, options] of [
      ["the map with details and profile", "#l=en&route=R1", {}],
      ["the table", "#l=es&table=hotspots", {}],
      ["a phone", "#l=es", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }],
    ]) {
      at(`axe finds no serious fault: ${name}`, async (page) => {
        if (name.startsWith("the map")) {
          await page.locator(".first button").first().click();
          await page.locator("#set-beside").click();
          // Pressed, and under the pointer.
          await page.locator("#set-beside[aria-pressed=true]").hover();
        }
        // axe comes in by the debugger, past the page's policy.
        await page.evaluate(await readFile(AXE, "utf8"));
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: false }));
        const serious = violations.filter((v) => ["serious", "critical"].includes(v.impact));
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), []);
        if (name === "a phone") {
          const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
          assert.equal(wide, false, "the page is wider than the phone");
          await page.screenshot({ path: path.join(pictures, `phone-${form}.png`) });
        }
      }, hash, options);
    }
  });
}

/** What the newest run says of a layer, and of how it was made. */
async function recorded(name) {
  const { layers } = JSON.parse(await readFile(path.join(process.env.PAGE_DATA, "metadata.json"), "utf8"));
  const layer = layers.find((l) => l.layer === name);
  return { ...layer, made: layer.ancestry.at(-1).provenance.parameters };
}

/** Asks for paper as Ctrl+P does, and counts the pages. */
async function onePage(page, check) {
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  check(await page.evaluate(() => {
    const sheet = document.querySelector(".sheet");
    sheet.classList.add("measured");
    return [...sheet.children].map((part) => part.textContent).join("\n");
  }));
  assert.ok(await page.evaluate(() => parseFloat(document.querySelector(".sheet").style.getPropertyValue("--letters")) >= 7));
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.equal(pdf.match(/\/Type \/Page\b(?!s)/g).length, 1, "the sheet is not one page");
}

// Each is answered within two clicks, by keyboard alone and on a phone, where what is clicked and what answers must be on the
// screen without scrolling; the answers are those of the published files.
describe("five questions", async () => {
  const rows = async (layer) => JSON.parse(await readFile(path.join(process.env.PAGE_DATA, `${layer}.geojson`), "utf8")).features.map((f) => f.properties);
  const [zones, stretches, gaps] = await Promise.all(["hotspots", "stretches", "gaps"].map(rows));
  const ranked = zones.filter((z) => z.route_km > 0).sort((a, b) => a.prio_rank - b.prio_rank);
  const way = { mouse: {}, keyboard: {}, phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } };
  const ask = (question, body) => Object.entries(way).forEach(([name, options]) => test(`${question} (${name})`, async () => {
    const opened = await open(browser, forms.folder, "#l=en", options);
    const { page } = opened;
    let clicks = 0;
    const reach = async (target) => {
      if (name === "keyboard") return tabTo(page, target);
      assert.ok(await inSight(target), `not on the screen: ${target}`);
    };
    const press = async (target) => {
      await reach(target);
      clicks++;
      if (name === "keyboard") await page.keyboard.press("Enter");
      else await (name === "phone" ? target.tap() : target.click());
    };
    const choose = async (target, value) => {
      await reach(target);
      clicks++;
      // By the letters of its name, as whoever has no mouse chooses from a long list.
      if (name === "keyboard") {
        const text = await target.locator(`option[value="${value}"]`).textContent();
        // A browser forgets what was typed after a second: on a slow machine that may be in the middle of a name.
        for (let tries = 0; tries < 4 && (await target.inputValue()) !== value; tries++) {
          if (tries > 0) await page.waitForTimeout(1500);
          await page.keyboard.type(text);
        }
      } else await target.selectOption(value);
      assert.equal(await target.inputValue(), value);
    };
    /** What lies far down a phone is one touch away; elsewhere it is there. */
    const lead = async (id) => {
      if (name === "phone") await press(page.locator(id));
    };
    /** Of what search finds the first is taken by Enter, as long as there are keys. */
    const pick = (found) => (name === "keyboard" ? page.keyboard.press("Enter") : press(found));
    await body(page, { press, choose, lead, pick });
    assert.ok(clicks <= 2, `${clicks} clicks`);
    await opened.close();
  }));
  const worst = (page) => page.locator("h1 button").first();

  ask("which are the three worst places on a route", async (page, { lead, choose }) => {
    const { route } = stretches[0];
    await lead("#quick-filters");
    await choose(page.locator("#filter-route"), route);
    const crossed = new Set(stretches.filter((s) => s.route === route).map((s) => s.zone));
    const found = page.locator("#first li button");
    assert.deepEqual((await found.allInnerTexts()).slice(0, 3), ranked.filter((z) => crossed.has(z.code)).slice(0, 3).map((z) => z.name));
    for (const at of [0, 1, 2]) assert.ok(await inSight(found.nth(at)), `place ${at + 1} is not on the screen`);
  });
  ask("why", async (page, { press }) => {
    await press(worst(page));
    const { made, fields } = await recorded("hotspots");
    const names = made.components.map(({ field }) => fields.find((f) => f.name === field).alias.en);
    assert.deepEqual(await page.locator(".reasons tbody th").allInnerTexts(), names);
    assert.match(await page.locator("#priority").innerText(), new RegExp(`${ranked[0].route_km.toFixed(1)} km of routes cross it`));
    assert.ok(await inSight(page.locator(".reasons")), "why is not on the screen");
  });
  ask("how far is the nearest service of a place", async (page, { press, pick }) => {
    const place = zones.find((z) => z.name.length > 12 && !z.name.includes("<") && z.near_km !== null);
    await press(page.locator("#search"));
    await page.keyboard.type(place.name);
    const found = page.locator("#search-list li").first();
    await found.waitFor();
    await pick(found);
    await page.waitForSelector("#details");
    const told = page.locator("#priority .nearest");
    assert.match(await told.innerText(), new RegExp(`: ${place.near_km} km, in a straight line, from a point inside the municipality`));
    assert.ok(await inSight(told), "the distance is not on the screen");
  });
  ask("which is the longest gap in a state", async (page, { lead, choose }) => {
    const { state } = stretches.find((s) => s.state);
    await lead("#quick-filters");
    await choose(page.locator("#filter-state"), state);
    const over = gaps.filter((g) => stretches.some((s) => s.state === state && s.route === g.route && s.to_km > g.from_km && s.from_km < g.to_km));
    const most = Math.round(Math.max(...over.map((g) => g.km)));
    const told = page.locator("#summary p", { hasText: "The longest" });
    assert.match(await told.innerText(), new RegExp(`^The longest that passes through ${state}: ${most} km \\(.+ km in ${state}\\), .+\\.$`));
    assert.ok(await inSight(told), "the gap is not on the screen");
    assert.match(await page.locator("#gaps li").first().innerText(), new RegExp(`^${most} km: .+ km in ${state}`, "s"));
  });
  ask("a sheet of one page", async (page, { press }) => {
    await page.evaluate(() => (window.print = () => (window.printed = true)));
    await press(worst(page));
    await press(page.locator("#print-sheet"));
    assert.equal(await page.evaluate(() => window.printed), true);
    await onePage(page, (sheet) => assert.ok(sheet.startsWith(ranked[0].name)));
  });
});

for (const [name, file] of [["demo", forms.folder], ["Mexico", process.env.PAGE_MEXICO_FOLDER]]) {
  for (const [where, options] of [["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }], ["a desktop", { deviceScaleFactor: 2 }]]) {
    test(`no number of a first place hides another on ${where}: ${name}`, { skip: !file }, async () => {
      const { page, close } = await open(browser, file, "#l=en", options);
      const numbers = (found) => found.flatMap(({ text }) => text.split(" · ")).map(Number).sort((a, b) => a - b);
      const wanted = await page.locator("#first li").evaluateAll((items) => items.map((li) => li.value));
      assert.equal(wanted.length, 10);
      assert.deepEqual(numbers(await pins(page)), wanted);
      await page.screenshot({ path: path.join(pictures, `pins-${name}-${where.slice(2)}.png`) });
      await close();
    });
  }
}

test("from afar pins are joined, and a touch parts them", async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
  const first = await open(browser, forms.folder, "#l=en", phone);
  const [lon, lat] = new URLSearchParams(new URL(first.page.url()).hash.slice(1)).get("at").split(",");
  await first.close();
  const { page, close } = await open(browser, forms.folder, `#l=en&at=${lon},${lat},2`, phone);
  const afar = await pins(page);
  const joined = afar.find(({ text }) => text.includes("·"));
  assert.ok(joined, JSON.stringify(afar));
  const box = await page.locator(".map").boundingBox();
  await page.touchscreen.tap(box.x + joined.x + joined.width / 2, box.y + joined.y + joined.height / 2);
  await page.waitForFunction((text) => !JSON.parse(document.querySelector(".map").dataset.pins).some((pin) => pin.text === text), joined.text);
  await still(page);
  const apart = JSON.parse(await page.locator(".map").getAttribute("data-pins"));
  assert.ok(apart.length > afar.length, JSON.stringify(apart));
  for (const { text, x, y, width, height } of apart) assert.ok(x >= 0 && y >= 0 && x + width <= box.width && y + height <= box.height, `${text} is out of sight`);
  assert.equal(await page.locator("#details").count(), 0, "one of several was taken");
  assert.ok(await inSight(page.locator("#key-fold")), "the button of the key is not in sight");
  assert.equal(await page.locator(".tip").isVisible(), false, "a tip lies over it");
  await close();
});

test("on a phone the key is folded, its button in sight, and opened by a touch", async () => {
  const { page, close } = await open(browser, forms.folder, "#l=es", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const fold = page.locator("#key-fold");
  assert.equal(await fold.innerText(), "Leyenda");
  assert.equal(await fold.getAttribute("aria-expanded"), "false");
  assert.ok(await inSight(fold), "the button of the key is not in sight");
  const brief = await page.locator("#key-brief").innerText();
  for (const said of [/Prioridad en las rutas: Los primeros 10/, /Brechas.*probablemente a más de/, /camino.*: (Muy a|A)lto/]) assert.match(brief, said);
  assert.ok(await inSight(page.locator("#key-brief")), "what the colours stand for is not in sight");
  await fold.tap();
  assert.match(await page.locator("#key-body").innerText(), /Los primeros 10/);
  assert.ok(await inSight(page.locator("#key")), "the key is not in sight");
  await close();
});

test("on a phone filters and table are one touch away", async () => {
  const { page, close } = await open(browser, forms.folder, "#l=es", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const seen = (id) => page.locator(id).evaluate((e) => {
    const { top, bottom } = e.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  assert.equal(await seen("#filter-state"), false);
  await page.locator("#quick-filters").tap();
  assert.equal(await seen("#filter-state"), true);
  await page.locator("#quick-table").tap();
  await page.waitForSelector(".table tbody tr");
  assert.equal(await seen("#quick-table"), true);
  await page.locator("#quick-first").tap();
  await page.waitForSelector(".table", { state: "detached" });
  assert.equal(await seen("#first h2"), true);
  await close();
});

test("a background map is asked of its own server only, and the page says so", async () => {
  const asked = [];
  const tile = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  const opened = await open(browser, process.env.PAGE_BASEMAP, "#l=en", {
    offline: false,
    prepare: (page) => page.route(/^https?:/, (route) => {
      asked.push(route.request());
      return route.fulfill({ contentType: "image/png", headers: { "access-control-allow-origin": "*" }, body: tile });
    }),
  });
  const { page } = opened;
  assert.ok(asked.length > 0, "no tile is asked for");
  for (const request of asked) {
    assert.match(request.url(), /^https:\/\/tiles\.example\.org\/\d+\/\d+\/\d+\.png$/);
    assert.equal(request.headers().referer, undefined);
  }
  const blocked = await page.evaluate(() => fetch("https://other.example.org/").then(() => "reached", () => "blocked"));
  assert.equal(blocked, "blocked");
  assert.match(await page.locator(".basemap-told").innerText(), /tiles\.example\.org\. That server sees/);
  assert.match(await page.locator(".maplibregl-ctrl-attrib").innerText(), /<b>Example/);
  await opened.context.close();
});

test("a folder that lost a file says so", async () => {
  const opened = await open(browser, forms.folder);
  await opened.page.route("**/data/table-*.js", (route) => route.abort());
  await opened.page.reload();
  await opened.page.waitForSelector("[role=alert]");
  assert.match(await opened.page.locator("[role=alert]").innerText(), /data\/table-\d+\.js/);
  await opened.context.close();
});

test("Mexico: Tapachula is found", { skip: !process.env.PAGE_MEXICO_FOLDER }, async () => {
  const opened = await open(browser, process.env.PAGE_MEXICO_FOLDER);
  const { page } = opened;
  await page.screenshot({ path: path.join(pictures, "mexico.png") });
  await page.locator("#search").fill("tapachula");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#details h2").innerText(), "Tapachula");
  assert.match(await page.locator("#details").innerText(), /Chiapas/);
  await still(page);
  await page.screenshot({ path: path.join(pictures, "mexico-tapachula.png") });
  await opened.close();
});
