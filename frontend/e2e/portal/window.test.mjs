// The customers' pages as a masquerade shows them: through the proxy, inside the banner's frame, in a real browser.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { stage } from '../chromium.mjs';
import { Program } from '../program.mjs';
import { crawl, holdNone, kept, pageNow } from './crawl.mjs';

const it = stage('portal', 'e2e,sqlite_fts5');

// open opens the window on a portal of the test's own, and listens to all that comes into it.
async function open(t) {
  const program = await Program.start(it.program, ['--window']);
  const where = program.said;
  const view = await it.browser.newContext({ locale: 'en-US' });
  const page = await view.newPage();
  const heard = [];
  page.on('response', (r) => heard.push(r));
  t.after(async () => {
    await view.close();
    await program.end();
  });
  await page.goto(where.shell);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { level: 1, name: /^Hello, José/ }).waitFor();
  const inside = () => page.frames()[1];
  const prefix = new URL(inside().url()).pathname.replace(/[/]$/, '');
  return { page, frame, view, where, heard, inside, prefix };
}

// visit goes where a link of the page leads, by the page itself.
async function visit({ page, inside }, at) {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.frame() === inside() && r.request().isNavigationRequest() && r.status() !== 303),
    inside().evaluate((to) => { document.documentElement.dataset.left = 'yes'; location.assign(to); }, at),
  ]);
  const [url, status] = [new URL(at, inside().url()).href, answer.status()];
  if (status === 204) return { url, status, links: [] };
  await inside().waitForFunction(() => document.documentElement.dataset.left === undefined && document.readyState === 'complete');
  return { url, status, ...(await inside().evaluate(pageNow)) };
}

// Seen to fail with the credential passed down in a header.
test('M10: every page works through the proxy, and none holds what a customer or the desk signs in with', async (t) => {
  const window = await open(t);
  const { page, view, where, heard, inside } = window;
  await crawl(window.prefix, (at) => visit(window, at));
  assert.ok(readdirSync(where.downloads).length > 0, 'a bill is saved');

  const said = await Promise.all(
    heard.map(async (r) => `${r.url()} ${JSON.stringify(await r.allHeaders())} ${JSON.stringify(await r.request().allHeaders())} ${await r.body().catch(() => '')}`),
  );
  assert.ok(said.length > 60, `only ${said.length} answers were heard`);
  const all = [...said, await inside().evaluate(kept), await page.evaluate(kept), await inside().content(), await page.content(), JSON.stringify(await view.storageState())];
  holdNone(all, where.secrets);
  assert.equal(page.url(), where.shell);
});

test('forms, a file, and paper work through the proxy', async (t) => {
  const window = await open(t);
  const { page, frame, where, inside } = window;
  await page.getByRole('button', { name: 'Make changes', exact: true }).click();
  await page.getByRole('button', { name: 'I understand: make changes' }).click();
  await page.getByText('Changes are real').waitFor();

  await frame.getByRole('link', { name: 'Preferences', exact: true }).click();
  await frame.getByLabel('Paperless billing').check();
  await frame.getByRole('button', { name: 'Save' }).click();
  await frame.getByRole('status').getByText('Your preferences were saved.').waitFor();

  await frame.getByRole('link', { name: 'Bills', exact: true }).click();
  await frame.getByRole('table').first().getByRole('link').first().click();
  await frame.getByRole('link', { name: /PDF/ }).click();
  await page.getByText(/^Saved: bill-030000013-.*[.]pdf$/).waitFor();
  const [file] = readdirSync(where.downloads);
  assert.match(readFileSync(path.join(where.downloads, file), 'latin1'), /^%PDF-1[.]/);
  const asked = inside().evaluate(() => new Promise((done) => { addEventListener('beforeprint', () => done(true), { once: true }); print(); }));
  assert.equal(await asked, true, 'the page can be printed');
});
