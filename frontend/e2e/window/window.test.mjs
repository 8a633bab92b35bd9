// Every screen of the window in a real browser, on an invented desk: in light and dark, in both languages, at twice the
// size, with forced colours, by keyboard alone, and as it was last photographed. UPDATE=1 takes the photographs
// anew and looks at nothing else; ONLY='help|keys' looks at those alone.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { compare as picture } from '../pictures.mjs'
import { astray, cut, keyboard, lostColours } from './checks.mjs'
import { componentsIn, named, unseen, watch } from './components.mjs'
import { account, inDark, screens } from './screens.mjs'

const frontend = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const built = path.resolve(frontend, '../build/e2e/window')
const found = path.resolve(frontend, '../build/e2e/screens')
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none']
const update = process.env.UPDATE !== undefined
const wanted = new RegExp(process.env.ONLY ?? '')
/** The moment at which the invented desk stands. */
const now = new Date(Date.UTC(2026, 10, 1, 15, 20))
const wide = { width: 1280, height: 800 }
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }

let server
let origin
let browser
const windows = {}
const all = []

const wordsOf = (language) => {
  const texts = ['', 'admin.', 'contact.', 'find.', 'frame.', 'recovery.', 'tasks.', 'usage.'].map((part) => JSON.parse(readFileSync(path.join(frontend, `src/i18n/${part}${language}.json`), 'utf8')))
  const words = Object.assign({}, ...texts)
  return (key) => words[key]
}

before(async () => {
  if (!process.env.BUILT)
    await build({ root: frontend, mode: 'fake', logLevel: 'warn', build: { ...named, outDir: built, emptyOutDir: true } })
  mkdirSync(found, { recursive: true })
  server = createServer((request, answer) => {
    const file = path.join(built, path.normalize(new URL(request.url, 'http://desk').pathname.replace(/\/$/, '/index.html')))
    if (!file.startsWith(built) || !existsSync(file)) return answer.writeHead(404).end()
    answer.writeHead(200, { 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  origin = `http://127.0.0.1:${server.address().port}`
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags })
  for (const language of ['en', 'es']) {
    // axe itself is a script, which the window's own policy would not let in.
    const context = await browser.newContext({ viewport: wide, locale: language === 'en' ? 'en-US' : 'es-US', bypassCSP: true, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.clock.setFixedTime(now)
    page.on('pageerror', (error) => (windows[language].broken = error))
    windows[language] = { page, word: wordsOf(language) }
  }
  all.push(...screens, ...(await places()), ...(await tabs('account', account)))
})

after(async () => {
  await browser?.close()
  server?.close()
})

/** Shows a screen in a window, as whoever first opens it there would see it. */
async function show({ page, word }, { at, desk = {}, open }) {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  await page.setViewportSize(wide)
  await page.goto('about:blank')
  await page.goto(`${origin}/?${new URLSearchParams({ role: 'admin', ...desk })}#${at}`)
  await page.getByRole('heading').first().waitFor()
  await open?.(page, word)
  await settled(page)
}

/** Waits until nothing on the page has changed for three frames. */
const settled = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        let still = 0
        const watch = new MutationObserver(() => (still = 0))
        watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        const frame = () => (++still > 3 ? (watch.disconnect(), done()) : requestAnimationFrame(frame))
        requestAnimationFrame(frame)
      }),
  )

/** The screens that the rail leads to, and their tabs. */
async function places() {
  await show(windows.en, { at: '/find' })
  const rail = windows.en.page.getByRole('navigation', { name: 'Main' })
  const routes = await rail.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  const found = []
  for (const route of routes) found.push(...(await tabs(/\w+/.exec(route)[0], route.slice(1))))
  return found
}

/** A place as it opens, or each of its tabs. */
async function tabs(name, at) {
  await show(windows.en, { at })
  const words = await windows.en.page.getByRole('tab').allInnerTexts()
  if (words.length === 0) return [{ name, at }]
  return words.map((tab, nth) => ({
    name: `${name}-${tab.toLowerCase().replaceAll(/\W+/g, '-')}`,
    at,
    open: (page) => page.getByRole('tab').nth(nth).click(),
  }))
}

async function axe(page, what) {
  // Without legacy mode axe gathers its findings in a page of its own, which takes the focus away from this one.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  assert.deepEqual(grave.map(({ id, nodes }) => `${what}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`), [])
}

/** Compares the window, or the dialog that is open in it, with its picture. */
async function compare(page, name) {
  const dialog = page.getByRole('dialog')
  const shown = (await dialog.count()) > 0 ? dialog : page
  await picture(shown, name, browser)
}

const takePictures = async () => {
  for (const screen of all.filter(({ name }) => wanted.test(name))) {
    await show(windows.en, screen)
    if (screen.picture !== false) await compare(windows.en.page, screen.name)
    if (!inDark.includes(screen.name)) continue
    await show(windows.es, screen)
    await windows.es.page.emulateMedia({ colorScheme: 'dark' })
    await settled(windows.es.page)
    await compare(windows.es.page, `${screen.name}-dark-es`)
  }
}

const inEnglish = (t, screen, seen) =>
  t.test('in English', async (t) => {
    const english = windows.en
    await show(english, screen)
    await t.test('light, as it was photographed, and axe finds nothing grave', async () => {
      await axe(english.page, 'light, English')
      if (screen.picture !== false) await compare(english.page, screen.name)
    })
    await t.test('with forced colours', async () => {
      await english.page.emulateMedia({ forcedColors: 'active' })
      assert.deepEqual(await lostColours(english.page), [])
      await english.page.emulateMedia({ forcedColors: 'none' })
    })
    await t.test('by keyboard alone', async () => {
      assert.deepEqual(await astray(english.page), [])
      assert.deepEqual(await keyboard(english.page), [])
    })
    await t.test('nothing is cut off', async () => assert.deepEqual(await cut(english.page), []))
    await seen.note()
    assert.equal(english.broken, undefined)
  })

const inSpanish = (t, screen) =>
  t.test('in Spanish', async (t) => {
    const spanish = windows.es
    await show(spanish, screen)
    await t.test('dark', async () => {
      await spanish.page.emulateMedia({ colorScheme: 'dark' })
      await settled(spanish.page)
      await axe(spanish.page, 'dark, Spanish')
      if (inDark.includes(screen.name)) await compare(spanish.page, `${screen.name}-dark-es`)
    })
    await t.test('at twice the size', async () => {
      await spanish.page.setViewportSize({ width: wide.width / 2, height: wide.height / 2 })
      await settled(spanish.page)
      if (process.env.SEE) await spanish.page.screenshot({ path: path.join(found, `${screen.name}-twice.png`) })
      assert.deepEqual(await cut(spanish.page), [])
    })
    assert.equal(spanish.broken, undefined)
  })

if (update) test('the pictures are taken anew', takePictures)
else test('every screen', async (t) => {
  const seen = await watch(windows.en.page)
  for (const screen of all.filter(({ name }) => wanted.test(name))) {
    // Both windows at once: each is a process of its own.
    await t.test(screen.name, { concurrency: 2 }, (t) => Promise.all([inEnglish(t, screen, seen), inSpanish(t, screen)]))
  }
  // A new dialog, page or part of one that no screen shows is one that nobody looks at.
  if (!process.env.ONLY) await t.test('every component is shown by one of them', () => assert.deepEqual(unseen(componentsIn(path.join(frontend, 'src')), seen.ran), []))
})
