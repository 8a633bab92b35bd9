// The customers' pages as a masquerade shows them: through the proxy, inside the banner's frame, in a real browser.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { test } from 'node:test';
import { stage } from '../chromium.mjs';

const it = stage('portal', 'e2e,sqlite_fts5');

// open opens the window on a portal of the test's own, and listens to all that comes into it.
async function open(t) {
  const child = spawn(it.program, ['--window'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = new Promise((done) => child.once('exit', done));
  const where = JSON.parse((await readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value);
  const view = await it.browser.newContext({ locale: 'en-US' });
  const page = await view.newPage();
  const heard = [];
  page.on('response', (r) => heard.push(r));
  t.after(async () => {
    await view.close();
    child.stdin.end();
    await exited;
  });
  await page.goto(where.shell);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { level: 1, name: /^Hello, José/ }).waitFor();
  const inside = () => page.frames()[1];
  const prefix = new URL(inside().url()).pathname.replace(/[/]$/, '');
  return { page, frame, view, where, heard, inside, prefix };
}

// follow goes where a link of the page leads, by the page itself.
async function follow({ page, inside }, at) {
  const [answer] = await Promise.all([
    page.waitForResponse((r) => r.frame() === inside() && r.request().isNavigationRequest() && r.status() !== 303),
    inside().evaluate((to) => { location.assign(to); }, at),
  ]);
  await inside().waitForLoadState();
  return answer;
}

// crawl follows every link from page to page, and gives what each leads to once, however it is worded.
async function crawl(window) {
  const { inside, prefix } = window;
  const found = new Map([[`${prefix}/`, '/']]);
  const pages = [];
  for (const [at] of found) {
    const answer = await follow(window, at);
    const path = new URL(at, inside().url()).pathname.slice(prefix.length);
    pages.push({ at: path, status: answer.status(), shown: answer.status() === 204 ? '' : await inside().locator('h1').textContent() });
    if (answer.status() === 204) continue; // a file: the page stays
    const links = await inside().locator('a[href]').evaluateAll((all) => all.map((a) => a.href).filter((to) => !to.includes('#')));
    for (const to of links) {
      const url = new URL(to);
      assert.equal(url.origin, new URL(inside().url()).origin, `${at} leads outside: ${to}`);
      assert.ok(url.pathname.startsWith(`${prefix}/`), `${at} leads past the prefix: ${to}`);
      const known = [...found.values()].filter((kind) => kind === url.pathname).length;
      if (!found.has(url.pathname + url.search) && known < 2) found.set(url.pathname + url.search, url.pathname);
    }
  }
  return pages;
}

// kept is all that a browser keeps for a page.
const kept = (frame) =>
  frame.evaluate(async () =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), window.caches ? await caches.keys() : [], window.name, history.state]),
  );

// Seen to fail with the credential passed down in a header.
test('M10: every page works through the proxy, and none holds what a customer or the desk signs in with', async (t) => {
  const window = await open(t);
  const { page, view, where, heard, inside } = window;
  for (const [name, secret] of Object.entries(where.secrets)) assert.ok(secret.length > 15, `${name} is nothing to look for`);
  const pages = await crawl(window);
  assert.deepEqual(pages.filter(({ status }) => status !== 200 && status !== 204), [], 'pages that do not work');
  const places = new Set(pages.map(({ at }) => at));
  for (const at of ['/', '/bills', '/bill', '/bills/B12.pdf', '/pay', '/usage', '/requests', '/preferences', '/letters', '/passphrase', '/profile', '/accounts', '/people', '/messages', '/access', '/access/S1', '/security', '/help'])
    assert.ok(places.has(at), `no link leads to ${at}`);
  assert.ok(readdirSync(where.downloads).length > 0, 'a bill is saved');

  const said = await Promise.all(
    heard.map(async (r) => `${r.url()} ${JSON.stringify(await r.allHeaders())} ${JSON.stringify(await r.request().allHeaders())} ${await r.body().catch(() => '')}`),
  );
  assert.ok(said.length > 60, `only ${said.length} answers were heard`);
  const all = [...said, await kept(inside()), await kept(page.mainFrame()), await inside().content(), await page.content(), JSON.stringify(await view.storageState())];
  for (const [name, secret] of Object.entries(where.secrets)) {
    const holding = all.filter((text) => text.includes(secret)).map((text) => text.slice(0, 200));
    assert.deepEqual(holding, [], `the ${name} is held`);
  }
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
