// How the customers' pages are gone through as a masquerade shows them, in any browser.
import assert from 'node:assert/strict';

const places = ['/', '/bills', '/bill', '/bills/B12.pdf', '/pay', '/usage', '/requests', '/preferences', '/letters', '/passphrase', '/profile', '/accounts', '/people', '/messages', '/access', '/access/S1', '/security', '/help'];

/**
 * Follows every link from page to page, each place twice at most, however it is worded, and holds that all of them work and stay below the
 * prefix. `visit` goes to one and gives { url, status, heading, links }: absolute addresses, and 204 for a file, where the page stays.
 */
export async function crawl(prefix, visit) {
  const found = new Map([[`${prefix}/`, '/']]);
  const seen = [];
  for (const [at] of found) {
    const { url, status, heading, links } = await visit(at);
    seen.push({ at: new URL(url).pathname.slice(prefix.length), works: status === 204 || (status === 200 && heading !== ''), status });
    for (const to of links.map((link) => new URL(link)).filter(({ href }) => !href.includes('#'))) {
      assert.equal(to.origin, new URL(url).origin, `${at} leads outside: ${to}`);
      assert.ok(to.pathname.startsWith(`${prefix}/`), `${at} leads past the prefix: ${to}`);
      const known = [...found.values()].filter((kind) => kind === to.pathname).length;
      if (!found.has(to.pathname + to.search) && known < 2) found.set(to.pathname + to.search, to.pathname);
    }
  }
  assert.deepEqual(seen.filter(({ works }) => !works), [], 'pages that do not work');
  const reached = new Set(seen.map(({ at }) => at));
  for (const at of places) assert.ok(reached.has(at), `no link leads to ${at}`);
}

/** Runs in a page: its heading, and where its links lead. */
export const pageNow = () => ({ heading: document.querySelector('h1')?.textContent ?? '', links: [...document.querySelectorAll('a[href]')].map((a) => a.href) });

/** Runs in a page: all that a browser keeps for it. */
export const kept = async () =>
  JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), window.caches ? await caches.keys() : [], window.name, history.state]);

/** Holds that none of the texts holds one of the secrets, which are named. */
export function holdNone(texts, secrets) {
  for (const [name, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 15, `${name} is nothing to look for`);
    assert.deepEqual(texts.filter((text) => text.includes(secret)).map((text) => text.slice(0, 200)), [], `the ${name} is held`);
  }
}
