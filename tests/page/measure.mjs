// How fast a page is: first paint, the map drawn whole, frames a second while it is dragged.
//   node tests/page/measure.mjs map/index.html

import path from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, offline: true });
const page = await context.newPage();
await page.goto(pathToFileURL(path.resolve(process.argv[2])).href);
await page.waitForSelector(".map[data-drawn]", { timeout: 120_000 });
const paints = await page.evaluate(() => ({
  first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
  drawn: performance.now(),
}));
console.log(`first paint ${Math.round(paints.first)} ms; map told what to draw by ${Math.round(paints.drawn)} ms`);
await page.waitForTimeout(6000);
const box = await page.locator(".map").boundingBox();
for (const zooms of [0, 3]) {
  for (let i = 0; i < zooms; i++) {
    await page.locator(".maplibregl-ctrl-zoom-in").click();
    await page.waitForTimeout(1500);
  }
  await page.evaluate(() => {
    window.frames = [];
    const tick = (now) => {
      window.frames.push(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const end = Date.now() + 5000;
  for (let i = 0; Date.now() < end; i++) await page.mouse.move(x + 200 * Math.sin(i / 15), y + 100 * Math.cos(i / 20));
  await page.mouse.up();
  const frames = await page.evaluate(() => window.frames);
  const steps = frames.slice(1).map((f, i) => f - frames[i]).sort((a, b) => a - b);
  const seconds = (frames.at(-1) - frames[0]) / 1000;
  console.log(`zoomed in ${zooms}: ${(steps.length / seconds).toFixed(1)} frames/s, median ${Math.round(steps[steps.length >> 1])} ms, worst of 20 ${Math.round(steps[Math.floor(steps.length * 0.95)])} ms`);
}
await browser.close();
