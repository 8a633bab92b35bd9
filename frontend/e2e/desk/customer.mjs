// The masquerade window, as the CSR sees and uses it: found by its title, read off the screen, worked by mouse and keyboard.
import { waitFor } from './wd.mjs'

// The colours that mean something: of the banner, and of the customers' pages in light.
const BANNER = '#6b21a8'
const BANNER_FOCUS = '#ffd84d'
const ACCENT = '#0b5a94'
const EDGE = '#2b1d00'
const GOOD = '#14603a'

/** The one masquerade window of a stage. */
export class CustomerWindow {
  #stage

  constructor(stage) {
    this.#stage = stage
  }

  /** Brings the window to the front and waits until its banner and the customer's first page are painted. */
  async appear() {
    await this.#stage.raise('^AS: ')
    await this.#sees(bannered, 'no banner')
    await this.onPage(0)
  }

  /** Waits until the customer's page of that number, in the order of its menu, is the one that is shown. */
  onPage(number) {
    const there = (picture) => menu(picture)[number]?.thick
    return this.#sees(there, `the customer's page ${number} is not shown`)
  }

  /** Goes to a page by its place in the menu. */
  async goTo(number) {
    const { x, y, width } = menu(await this.#stage.look())[number]
    await this.#stage.click(x + Math.trunc(width / 2), y - 6)
    await this.onPage(number)
  }

  /** Whether the page that is shown has a button that saves. */
  async saves() {
    return button(await this.#stage.look()) !== undefined
  }

  /** Chooses Make changes in the banner, just before Close, and says yes to what it means. */
  async makeChanges() {
    await this.#stage.keys('Tab', 'shift+Tab', 'shift+Tab')
    await this.#sees((picture) => picture.lines(BANNER_FOCUS, 40, { bottom: 60 }).length > 0, 'Make changes is not focused')
    await this.#stage.keys('Return')
    await this.#sees((picture) => !bannered(picture), 'nothing is asked') // what it asks stands over everything
    await this.#stage.photograph('masquerade-ask')
    await this.#stage.keys('Tab', 'Return')
    await this.#sees(bannered, 'what was asked stays')
    await this.onPage(0)
  }

  /** From the page of all bills, asks for the file of the first one: by the keyboard, past the menu on either page. */
  async saveFirstBill() {
    await this.#stage.keys('Tab', 'Return', 'Tab', 'Tab', 'Return')
    const alone = (picture) => menu(picture).length > 0 && menu(picture).every(({ thick }) => !thick)
    await this.#sees(alone, 'the bill is not shown')
    await this.#stage.keys('Tab', 'Return', 'Tab', 'Return')
  }

  /** Waits until the page says that something was done. */
  saysDone() {
    return this.#sees(
      (picture) => picture.lines(GOOD, 4, { top: 180 }).length > 0,
      'the page does not say that it is done',
    )
  }

  /** Closes the window by the banner's button, with the mouse. */
  async close() {
    // The last white edge of the banner's first row: what stands before it may be Make changes.
    const edges = (await this.#stage.look()).lines('#ffffff', 50, { bottom: 56 })
    const [edge] = edges.toSorted((a, b) => b.x - a.x || a.y - b.y)
    await this.#stage.click(edge.x + 20, edge.y + 10)
    await this.gone()
  }

  /** The same from the keyboard: the button stands just before the first place of the customer's page. */
  async closeByKeys(keyboard = { press: (...names) => this.#stage.keys(...names) }) {
    await keyboard.press('Tab', 'shift+Tab')
    await this.#sees((picture) => picture.lines(BANNER_FOCUS, 40, { bottom: 60 }).length > 0, 'Close is not focused')
    await keyboard.press('Return')
    await this.gone()
  }

  /** Waits until there is no such window. */
  gone() {
    return waitFor(async () => (await this.#stage.windows('^AS: ')).length === 0, 'the window stays')
  }

  #sees(test, what) {
    return waitFor(async () => test(await this.#stage.look()), what)
  }
}

const bannered = (picture) => picture.lines(BANNER, picture.width, { bottom: 8 }).length > 0

/** The places of the customers' menu: links are underlined, the page that is shown has a thick line. */
function menu(picture) {
  // The page's own banner ends in a dark line; the menu is just below it.
  const edge = picture.lines(EDGE, 1000, { top: 60, bottom: 300 }).at(-1)
  if (!edge) return []
  const lines = picture.lines(ACCENT, 16, { top: edge.y + 8, bottom: edge.y + 95 })
  const places = []
  for (const line of lines.toSorted((a, b) => a.x - b.x || b.y - a.y)) {
    // The tail of a letter such as q breaks an underline; the gap between two places is wider.
    const place = places.find(({ x, width }) => line.x < x + width + 12)
    if (!place) {
      places.push({ ...line, thick: false })
      continue
    }
    place.thick ||= line.y !== place.y
    place.width = Math.max(place.width, line.x + line.width - place.x)
  }
  return places
}

/** The filled button of a page. */
function button(picture) {
  const rows = picture.lines(ACCENT, 50, { top: 220 })
  return rows.length > 20 ? rows[0] : undefined
}
