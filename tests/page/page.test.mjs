// What the page must do, in both of its forms.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { AXE, colours, launch, near, open, shown, still } from "./browser.mjs";

const pictures = process.env.PAGE_PICTURES;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const HOT = [214, 47, 39];
const forms = { folder: process.env.PAGE_FOLDER, single: process.env.PAGE_SINGLE };

for (const [form, file] of Object.entries(forms)) {
  describe(`${form} over file://`, () => {
    const at = (name, body, hash, options) => test(name, async () => {
      const opened = await open(browser, file, hash, options);
      await body(opened.page, opened);
      await opened.close();
    });

    at("the map draws hot spots, and nothing is fetched", async (page) => {
      const counts = await colours(page);
      assert.ok(near(counts, HOT) > 2000, "no hot spot is seen");
      assert.ok(Object.keys(counts).length > 50);
      await page.screenshot({ path: path.join(pictures, `demo-${form}.png`) });
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
    });

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
      assert.match(told, /Hot spot|Stretch of|km on end/);
      assert.match(told, /Risk 0\.\d\d of 1/);
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
      assert.match(await page.locator(".legend").first().innerText(), /Punto caliente, 99 % de confianza/);
      assert.match(await page.locator("header").innerText(), /ninguna cifra es real/);
    });

    at("filters change the counts shown and the map", async (page) => {
      const all = await shown(page);
      assert.equal(all, 200);
      const hot = near(await colours(page), HOT);
      await page.locator("#class-0").uncheck();
      await still(page);
      const without = await shown(page);
      assert.ok(without < all);
      assert.ok(near(await colours(page), HOT) < hot / 4, "hidden hot spots are still seen");
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
      const slider = page.getByRole("slider", { name: /Risk profile/ });
      const box = await slider.boundingBox();
      await page.mouse.move(box.x + box.width * 0.3, box.y + 60);
      const told = await page.locator(".profile-told").innerText();
      assert.match(told, /^km \d+ · .+ · (risk 0\.\d\d|no data)/);
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
      assert.match(await page.locator("tbody").innerText(), /<img src=x/);
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
    });

    at("the table sorts, downloads without formulas, and leads to the map", async (page) => {
      await page.locator("#tool-table").click();
      const risk = page.getByRole("columnheader", { name: /^Vulnerability of residents/ });
      await risk.getByRole("button").click();
      assert.equal(await risk.getAttribute("aria-sort"), "ascending");
      await risk.getByRole("button").click();
      assert.equal(await risk.getAttribute("aria-sort"), "descending");
      const column = await page.locator("thead th").allInnerTexts().then((t) => t.findIndex((v) => v.startsWith("Vulnerability of residents")));
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

    at("printing shows a sheet with map, legend and sources", async (page) => {
      await page.evaluate(() => {
        window.print = () => {
          window.sheet = document.querySelector(".sheet").innerText;
          window.drawn = document.querySelector(".sheet img").naturalWidth;
        };
      });
      await page.locator("#tool-print").click();
      await page.waitForFunction(() => window.drawn > 0);
      assert.match(await page.evaluate(() => document.querySelector(".sheet") === null ? "gone" : "left"), /gone/);
    });

    at("keyboard alone reaches everything", async (page) => {
      const seen = new Set();
      for (let i = 0; i < 90; i++) {
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
      for (const wanted of ["skip", "search", "tool-table", "tool-print", "tool-share", "tool-language", "class-0", "filter-state", "filter-route", "time", "against"]) {
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
        if (name.startsWith("the map")) await page.locator(".first button").first().click();
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
