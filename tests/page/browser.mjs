// A Chromium that reaches nothing but files, and what tests ask of a page.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const AXE = require.resolve("axe-core/axe.min.js");

const ARGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS });
}

/** Opens a page, waits until its map stands, and watches for errors and for anything that would use a network. */
export async function open(browser, file, hash = "#l=en", { prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, locale: "en-GB", offline: true, reducedMotion: "reduce", acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  await prepare?.(page);
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && !message.text().includes("GL Driver Message") && faults.push(`console: ${message.text()}`));
  page.on("request", (request) => /^(file|blob|data):/.test(request.url()) || faults.push(`request: ${request.url()}`));
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector(".map[data-drawn]", { timeout: 60_000 });
  await still(page);
  return { page, context, faults, async close() {
    await context.close();
    assert.deepEqual(faults, []);
  } };
}

/** Waits until two pictures of the map are alike. */
export async function still(page) {
  let before = "";
  for (let i = 0; i < 60; i++) {
    await page.waitForTimeout(250);
    const now = (await page.locator(".map").screenshot()).toString("base64");
    if (now === before) return;
    before = now;
  }
  throw new Error("the map never comes to rest");
}

/** The colours at places of a picture of the map, pixels of the page from its corner. */
export async function coloursAt(page, places) {
  const picture = (await page.locator(".map").screenshot()).toString("base64");
  return page.evaluate(async ({ data, places }) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const ratio = image.width / document.querySelector(".map").clientWidth;
    return places.map(([x, y]) => [...context.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data].slice(0, 3));
  }, { data: picture, places });
}

/** The pins that are drawn on the map, with their places, and that each is seen whole. */
export async function pins(page) {
  const found = JSON.parse(await page.locator(".map").getAttribute("data-pins"));
  const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  found.forEach((a, i) => found.slice(i + 1).forEach((b) => assert.ok(apart(a, b), `${a.text} hides ${b.text}`)));
  const middle = ({ y, height }) => y + height / 2;
  const got = await coloursAt(page, found.flatMap((pin) => [[pin.x + 1, middle(pin)], [pin.x + pin.width - 1, middle(pin)], [pin.x + 4, middle(pin)], [pin.x + pin.width - 4, middle(pin)]]));
  found.forEach((pin, i) => {
    const [left, right, ...inside] = got.slice(4 * i, 4 * i + 4);
    for (const rim of [left, right]) assert.ok(Math.min(...rim) > 140, `the rim of ${pin.text} is ${rim}`);
    for (const fill of inside) assert.ok(Math.max(...fill) < 120 && fill[0] < 60, `${pin.text} is ${fill} inside`);
  });
  return found;
}

/** The colours of a picture of the map: how many pixels each has. */
export async function colours(page) {
  const picture = (await page.locator(".map").screenshot()).toString("base64");
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
    const counts = {};
    for (let i = 0; i < pixels.length; i += 4) {
      const key = `${pixels[i]},${pixels[i + 1]},${pixels[i + 2]}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }, picture);
}

/** Pixels within a small distance of a colour. */
export function near(counts, [r, g, b], within = 24) {
  return Object.entries(counts).reduce((sum, [key, count]) => {
    const [x, y, z] = key.split(",").map(Number);
    return Math.max(Math.abs(x - r), Math.abs(y - g), Math.abs(z - b)) <= within ? sum + count : sum;
  }, 0);
}

/** Whether all of it is on the screen: cut off by no panel, and not under the bar at the foot, unless it is of the bar. */
export function inSight(target) {
  return target.evaluate((element) => new Promise((done) => {
    const bar = element.closest(".quick") ? 0 : document.querySelector(".quick").offsetHeight;
    new IntersectionObserver(([entry], observer) => {
      observer.disconnect();
      done(entry.intersectionRatio > 0.95);
    }, { rootMargin: `0px 0px -${bar}px 0px` }).observe(element);
  }));
}

/** Goes by Tab to what is wanted. */
export async function tabTo(page, target) {
  for (let i = 0; i < 100; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reaches ${target}`);
}

/** The number that stands before "of … shown". */
export async function shown(page) {
  return Number((await page.locator("#shown").textContent()).replaceAll(",", "").match(/^\d+/)[0]);
}
