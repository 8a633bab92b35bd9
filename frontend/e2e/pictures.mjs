// The pictures in docs/screens: UPDATE=1 keeps what is shown now, else what is shown is held against them.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { differing } from './window/checks.mjs'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const pictures = path.join(root, 'docs/screens')
const found = path.join(root, 'build/e2e/screens')
/** The share of a picture that may differ: another machine draws letters a little differently. */
const tolerance = 0.01

/** Holds what is shown, a page or a part of one, against its picture. */
export async function compare(shown, name, browser) {
  mkdirSync(found, { recursive: true })
  const picture = await shown.screenshot({ animations: 'disabled', caret: 'hide' })
  const kept = path.join(pictures, `${name}.png`)
  const apart = async () => {
    const page = await browser.newPage() // the page itself may let in no pictures
    try {
      return await differing(page, readFileSync(kept), picture)
    } finally {
      await page.close()
    }
  }
  if (process.env.UPDATE !== undefined) {
    if (!existsSync(kept) || (await apart()) > tolerance) writeFileSync(kept, picture)
    return
  }
  writeFileSync(path.join(found, `${name}.png`), picture)
  assert.ok(existsSync(kept), `docs/screens has no ${name}.png: UPDATE=1 takes it`)
  const share = await apart()
  assert.ok(share <= tolerance, `${name} differs from docs/screens in ${(100 * share).toFixed(2)} % of it; build/e2e/screens has it as it is now, UPDATE=1 keeps that`)
}
