// The customers' pages in a real browser, with scripts switched off, as they must work.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { stage } from '../chromium.mjs';
import { Program } from '../program.mjs';

const it = stage('portal', 'e2e,sqlite_fts5');
const axe = await import('@axe-core/playwright').then((m) => m.default, () => null);
const accessibility = { skip: axe ? false : '@axe-core/playwright is not installed' };
// The pages that everybody sees, and those of a customer.
const signedOut = ['/forgot', '/recover', '/reset', '/register', '/validate', '/validate/address', '/invited', '/email'];
const signedIn = ['/', '/bills', '/bill?bill=B12', '/pay', '/usage', '/requests', '/preferences', '/letters', '/passphrase', '/profile', '/accounts', '/people', '/messages', '/access', '/access/S1', '/security', '/help'];

const leastRefused = 8; // forms of these pages that refuse to be sent with nothing in them

// visit opens a portal of the test's own and a page on it; all of it ends with the test.
async function visit(t, context = {}) {
  const program = await Program.start(it.program);
  const where = program.said;
  // newest is where the link of the newest letter leads.
  where.newest = async () => {
    program.order('');
    return (await program.line())[0];
  };
  const headers = context.masquerade ? { Authorization: `Masquerade ${where.credential}` } : {};
  const view = await it.browser.newContext({ javaScriptEnabled: false, locale: 'en-US', baseURL: where.url, extraHTTPHeaders: headers, ...context.browser });
  const page = await view.newPage();
  t.after(async () => {
    await view.close();
    await program.end();
  });
  return { page, where };
}

async function signIn(page, where, words = { name: 'User name', password: 'Password', submit: 'Sign in' }) {
  await page.goto('/');
  await page.getByLabel(words.name).fill(where.username);
  await page.getByLabel(words.password).fill(where.password);
  // Whatever the answer is, it is another page: going elsewhere before it came would take the sign-in back.
  await Promise.all([page.waitForEvent('framenavigated'), page.getByRole('button', { name: words.submit }).click()]);
}

test('a customer signs in, changes paperless billing and signs out', async (t) => {
  const { page, where } = await visit(t);
  await page.goto('/');
  await page.getByLabel('User name').fill('jdoe');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('User or password is wrong').waitFor();
  assert.equal(await page.getByLabel('User name').inputValue(), 'jdoe');
  assert.equal(await page.getByLabel('Password').inputValue(), '');

  await page.getByLabel('Password').fill(where.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hello, José Núñez <b>' }).waitFor();

  await page.getByRole('link', { name: 'Change preferences' }).click();
  const paperless = page.getByLabel('Paperless billing');
  assert.equal(await paperless.isChecked(), false);
  await paperless.check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Your preferences were saved.').waitFor();
  assert.equal(await paperless.isChecked(), true);
  assert.equal(await page.getByLabel('AutoPay').isChecked(), false);

  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByText('Preferences were changed').waitFor();
  await page.getByRole('link', { name: 'Bills', exact: true }).click();
  const lines = page.locator('details').first();
  assert.equal(await lines.getByText('Energy charge').isVisible(), false);
  await lines.locator('summary').click();
  assert.equal(await lines.getByText('Energy charge').isVisible(), true);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  await page.goto('/preferences');
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
});

// A browser asks for a password in a window of its own where an answer tells it a way that it knows, and shows no page then.
test('who was signed out meanwhile signs in where they are', async (t) => {
  const { page, where } = await visit(t);
  await signIn(page, where);
  const [session] = (await page.context().cookies()).filter((cookie) => cookie.name === 'meterside');
  await page.context().addCookies([{ ...session, value: 'one that ended' }]);
  const answer = await page.goto('/requests');
  assert.equal(answer.status(), 401);
  await page.getByText('Your session has ended').waitFor();
  await page.getByRole('link', { name: 'Español' }).click();
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByLabel('User name').fill(where.username);
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('User or password is wrong').waitFor();
  await page.getByLabel('Password').fill(where.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Requests' }).waitFor();
});

test('the keyboard reaches the content first', async (t) => {
  const { page, where } = await visit(t);
  await signIn(page, where);
  await page.goto('/bills');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  assert.ok((await skip.boundingBox()).x >= 0, 'the skip link shows when it has the focus');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#content$/);
});

// The forms for another address for letters, without scripts as with them.
for (const javaScriptEnabled of [false, true]) {
  const scripts = javaScriptEnabled ? 'scripts on' : 'scripts off';

  test(`letters go to another address once its link is opened, ${scripts}`, async (t) => {
    const { page, where } = await visit(t, { browser: { javaScriptEnabled } });
    await signIn(page, where);
    await page.goto('/profile');
    const letters = page.getByRole('form', { name: 'Where letters go' });
    await letters.getByText('go to jdoe@example.com').waitFor();
    await letters.getByText('A link was sent to waiting@example.org').waitFor();
    assert.equal(await letters.getByLabel('New address').inputValue(), 'waiting@example.org');
    await page.getByRole('form', { name: 'Not to waiting@example.org after all' }).getByRole('button', { name: 'Cancel the change' }).click();
    await page.getByRole('status').getByText('The change was cancelled').waitFor();
    assert.equal(await letters.getByLabel('New address').inputValue(), '');

    await letters.getByLabel('New address').fill('new@example.org');
    await letters.getByLabel('Present password').fill('not this one');
    await letters.getByRole('button', { name: 'Send the link' }).click();
    await letters.getByRole('alert').getByText('The present password is wrong').waitFor();
    assert.equal(await letters.getByLabel('Present password').getAttribute('aria-invalid'), 'true');
    assert.equal(await letters.getByLabel('New address').inputValue(), 'new@example.org');
    assert.equal(await letters.getByLabel('Present password').inputValue(), '');

    await letters.getByLabel('Present password').fill(where.password);
    await letters.getByLabel('Present password').press('Enter');
    await page.getByRole('status').getByText('A link is on its way').waitFor();
    await letters.getByText('A link was sent to new@example.org').waitFor();
    await letters.getByRole('button', { name: 'Send the link again' }).waitFor();
    await page.goto(await where.newest());
    assert.doesNotMatch(page.url(), /link=/);
    await page.getByText('are to come to new@example.org').waitFor();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('status').getByText('Our letters go to your new address').waitFor();
    await page.getByRole('form', { name: 'Where letters go' }).getByText('go to new@example.org').waitFor();
    await page.goto('/email');
    await page.getByText('This link has ended').waitFor();
  });

  test(`who mistyped their address gives another one, ${scripts}`, async (t) => {
    const { page, where } = await visit(t, { browser: { javaScriptEnabled } });
    await signIn(page, { username: 'janet', password: where.password });
    await page.getByRole('alert').getByText('Your email address is not confirmed yet').waitFor();
    const elsewhere = page.getByRole('form', { name: 'Another address for the link' });
    assert.equal(await elsewhere.getByLabel('User name').inputValue(), 'janet');
    await elsewhere.getByLabel('Password').fill(where.password);
    await elsewhere.getByLabel('Email').fill('janet@example.org');
    await elsewhere.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('status').getByText('open the message that we sent').waitFor();
    await page.goto(await where.newest());
    await page.getByText('janet@example.org').waitFor();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('status').getByText('Your email address is confirmed').waitFor();
    await signIn(page, { username: 'janet', password: where.password });
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
  });
}

// holdsTogether wants everything on a page within its width.
async function holdsTogether(page, at) {
  await page.goto(at);
  const wide = await page.evaluate(() => {
    const { width } = document.documentElement.getBoundingClientRect();
    // A text that runs out of its box makes the page wider, not the box.
    if (document.scrollingElement.scrollWidth > width + 1) return [`the page is ${document.scrollingElement.scrollWidth} wide`];
    return [...document.querySelectorAll('header *, main > *')].filter((e) => e.getBoundingClientRect().right > width + 1).map((e) => e.outerHTML);
  });
  assert.deepEqual(wide, [], `${at} is too wide`);
}

// eachRefused sends every form of a page with nothing in it, past what the browser would say, and has the answer that refuses it looked at.
// It gives how many there were.
async function eachRefused(page, at, look) {
  const forms = page.locator('main form[method=post]:has([required])');
  await page.goto(at);
  const count = await forms.count();
  let refused = 0;
  for (let n = 0; n < count; n++) {
    await page.goto(at);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    const shown = page.waitForEvent('framenavigated');
    await forms.nth(n).evaluate((form) => {
      for (const field of form.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=radio]), textarea')) field.value = '';
      form.submit();
    });
    const response = await answer;
    await shown;
    if (response.status() < 400) continue;
    refused++;
    await page.waitForLoadState();
    await look(`${at}, its form ${n + 1} refused`, response);
  }
  return refused;
}

// Paper has no menu and no button, and cannot be unfolded. Seen to fail with forms left out, and with folded figures.
test('every page prints what it says', async (t) => {
  const { page, where } = await visit(t, { browser: { viewport: { width: 700, height: 900 } } });
  await signIn(page, where);
  await page.emulateMedia({ media: 'print' });
  for (const at of signedIn) {
    await holdsTogether(page, at);
    assert.equal(await page.locator('nav:visible, button:visible').count(), 0, `${at} prints what only a screen can use`);
    const blank = await page.locator('main :is(h1, h2, td, dd, li, label, summary)').evaluateAll((all) =>
      all.filter((e) => e.textContent.trim() !== '' && !e.closest('nav, .links, td > details') && !e.querySelector('button') && !e.checkVisibility({ contentVisibilityAuto: true })).map((e) => e.outerHTML),
    );
    assert.deepEqual(blank, [], `${at} leaves out`);
  }
});

// It fails when a text that cannot be broken may be as wide as it likes, and when one is written unescaped.
test('the worst that can be typed neither breaks the layout nor becomes markup', async (t) => {
  const { page, where } = await visit(t, { browser: { viewport: { width: 320, height: 640 } } });
  await signIn(page, { ...where, username: 'worst' });
  for (const at of signedIn.map((at) => at.replace('B12', 'BW').replace('S1', 'SW'))) {
    await holdsTogether(page, at);
    assert.equal(await page.locator('img[src="x"]').count(), 0, `${at} holds markup that somebody typed`);
  }
});

test('nothing is wider than a small screen, and targets are large enough', async (t) => {
  const { page, where } = await visit(t, { browser: { viewport: { width: 320, height: 640 } } });
  await signIn(page, where);
  for (const at of [...signedOut, ...where.links, ...signedIn]) {
    await holdsTogether(page, at);
    const low = await page.locator('nav a:visible, button:visible, summary:visible').evaluateAll((targets) =>
      targets.filter((e) => e.getBoundingClientRect().height < 43.9).map((e) => `${e.textContent} is ${e.getBoundingClientRect().height} px high`),
    );
    assert.deepEqual(low, [], at);
  }
});

test('a masquerade says so first and cannot be saved in', async (t) => {
  const { page } = await visit(t, { masquerade: true });
  await page.goto('/preferences');
  assert.match(await page.title(), /^AS: /);
  await page.locator('body > :first-child').getByText('You are acting as this customer.').waitFor();
  await page.getByRole('main').getByText('View only: nothing can be changed.').waitFor();
  for (const name of ['AutoPay', 'Paperless billing', 'Name of the account']) assert.equal(await page.getByLabel(name).isDisabled(), true, name);
  assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true);
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
});

const languages = {
  en: { name: 'User name', password: 'Password', submit: 'Sign in' },
  es: { name: 'Nombre de usuario', password: 'Contraseña', submit: 'Iniciar sesión' },
};

for (const colorScheme of ['light', 'dark']) {
  for (const [language, words] of Object.entries(languages)) {
    test(`axe finds nothing, ${colorScheme}, ${language}`, accessibility, async (t) => {
      // axe itself is a script, which the pages' own policy would not let in.
      const browser = { javaScriptEnabled: true, bypassCSP: true, colorScheme, locale: language };
      const clean = async (page, what) => {
        const { violations } = await new axe({ page }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        assert.deepEqual(violations.map((v) => `${what}: ${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), []);
      };
      const { page, where } = await visit(t, { browser });
      await signIn(page, { username: 'jdoe', password: 'wrong' }, words);
      await page.getByRole('alert').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await clean(page, 'a failed sign-in');
      for (const at of [...signedOut, ...where.links]) {
        await page.goto(at);
        await clean(page, at);
      }
      await signIn(page, where, words);
      for (const at of [...signedIn, '/preferences?saved=saved', '/no-such-page']) {
        await page.goto(at);
        await clean(page, at);
      }
      await page.goto('/bills');
      await page.locator('summary').first().click();
      await clean(page, 'the lines of a bill');
      await page.goto('/usage');
      for (const figures of await page.locator('summary').all()) await figures.click();
      await page.getByRole('table').nth(1).waitFor();
      await page.locator('#from').waitFor();
      await clean(page, 'the figures behind the charts');
      let refused = 0;
      for (const at of signedIn) refused += await eachRefused(page, at, (what) => clean(page, what));
      assert.ok(refused >= leastRefused, `only ${refused} forms were refused`);

      const inside = await visit(t, { browser, masquerade: true });
      for (const at of signedIn) {
        await inside.page.goto(at);
        await clean(inside.page, `masquerade ${at}`);
      }
    });
  }
}

// What templ writes as it pleases, spaces and how empty elements end, is no concern of a page.
const validate = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: { 'no-trailing-whitespace': 'off', 'void-style': 'off', 'no-inline-style': 'error', 'long-title': 'off' },
});

for (const [language, words] of Object.entries(languages)) {
  test(`every page is valid HTML, ${language}`, async (t) => {
    const { page, where } = await visit(t, { browser: { locale: language } });
    const said = [];
    const judge = async (at, html) => {
      const { results } = await validate.validateString(html);
      said.push(...results.flatMap(({ messages }) => messages.map((m) => `${at}: ${m.ruleId}: ${m.message} (${m.selector})`)));
    };
    const look = async (at, on = page) => judge(at, await (await on.goto(at)).text());
    for (const at of ['/signin', ...signedOut, ...where.links, '/no-such-page']) await look(at);
    assert.equal(where.links.length, 4);
    await signIn(page, where, words);
    for (const at of signedIn) await look(at);
    let refused = 0;
    for (const at of signedIn) refused += await eachRefused(page, at, async (what, response) => judge(what, await response.text()));
    assert.ok(refused >= leastRefused, `only ${refused} forms were refused`);
    const inside = await visit(t, { browser: { locale: language }, masquerade: true });
    for (const at of signedIn) await look(at, inside.page);
    assert.deepEqual(said, []);
  });
}
