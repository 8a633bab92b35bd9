// What is looked for on a page, whatever is on it. Each answers with the faults it found, in words.

const controls = 'a[href], button, input, select, textarea, [role="tab"], [role="option"], [tabindex="0"]'

/** Nothing runs out of the window sideways, and each control can be brought into sight whole. */
export function cut(page) {
  return page.evaluate((selector) => {
    const faults = []
    const named = (element) =>
      `${element.localName} "${(element.getAttribute('aria-label') ?? element.innerText ?? '').trim().slice(0, 40)}"`
    const root = document.scrollingElement
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`)
    const work = document.getElementById('work')
    if (work && work.scrollWidth > work.clientWidth) faults.push(`the work area is ${work.scrollWidth - work.clientWidth} px too wide`)
    const open = document.querySelector('[role="dialog"]') ?? document
    for (const element of open.querySelectorAll(selector)) {
      // Those that show only with the focus, and the input beneath a drawn box, are none that one sees.
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.matches('[tabindex="-1"]:not([role])')) continue
      if (element.matches('a[href="#work"]')) continue
      element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      const box = element.getBoundingClientRect()
      // One larger than the window is read by scrolling; its beginning must be there.
      const outside = box.left < -1 || box.top < -1 || (box.width <= innerWidth ? box.right > innerWidth + 1 : false) || (box.height <= innerHeight ? box.bottom > innerHeight + 1 : false)
      if (outside) faults.push(`${named(element)} cannot be brought into sight: ${Math.round(box.left)},${Math.round(box.top)} to ${Math.round(box.right)},${Math.round(box.bottom)}`)
      if (box.width < 1 || box.height < 1) faults.push(`${named(element)} has no size`)
    }
    for (const element of open.querySelectorAll('*')) {
      const style = getComputedStyle(element)
      const hides = style.overflowX === 'hidden' || style.overflowX === 'clip'
      const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
      if (hides && words && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1 && element.checkVisibility())
        faults.push(`the words of ${named(element)} are cut off`)
    }
    return faults
  }, controls)
}

/** With forced colours what is chosen still differs from what is not, and no control is drawn by its background alone. */
export function lostColours(page) {
  return page.evaluate(() => {
    const faults = []
    // Backgrounds say nothing here: whatever they were, they are all of one colour now.
    const look = (element) =>
      [getComputedStyle(element), getComputedStyle(element, '::before')]
        .flatMap((s) => [s.outlineStyle, s.borderBottomColor, s.borderBottomStyle, s.borderBottomWidth, s.textDecorationLine, s.fontWeight, s.color])
        .join(' ')
    const pairs = [['[aria-current]', 'nav a:not([aria-current])'], ['[role="tab"][aria-selected="true"]', '[role="tab"][aria-selected="false"]'], ['[role="option"][aria-selected="true"]', '[role="option"][aria-selected="false"]']]
    for (const [chosen, other] of pairs) {
      const [one, two] = [document.querySelector(chosen), document.querySelector(other)]
      if (one && two && look(one) === look(two)) faults.push(`${chosen} looks like the others`)
    }
    for (const element of document.querySelectorAll('button, input:not([type="checkbox"]):not([type="radio"]), select, textarea')) {
      if (!element.checkVisibility()) continue
      const { color, backgroundColor } = getComputedStyle(element)
      if (color === backgroundColor) faults.push(`${element.localName} "${element.innerText}" cannot be read`)
    }
    for (const element of document.querySelectorAll('*'))
      if (getComputedStyle(element).forcedColorAdjust === 'none' && element.innerText?.trim()) faults.push(`${element.localName} keeps its own colours`)
    return faults
  })
}

/** A dialog holds the focus, and one that asks begins with what is filled in, or with a button that changes nothing: not with its cross. */
export function astray(page) {
  return page.evaluate(() => {
    const dialog = document.querySelector('[role="dialog"]')
    const at = document.activeElement
    if (!dialog) return []
    if (!dialog.contains(at)) return ['the dialog has lost the focus']
    const cross = dialog.querySelector('header button')
    return at === cross && dialog.querySelector('form, input:not([type="checkbox"]), select, textarea') ? ['the focus is on the cross of the dialog'] : []
  })
}

/** By Tab alone every control gets the focus, shows it, is in sight then, and lets it go again. */
export async function keyboard(page) {
  const before = await page.evaluate((selector) => {
    const drawn = (element) =>
      [element, element.parentElement, element.nextElementSibling, element.closest('label')]
        .filter(Boolean)
        .map((each) => {
          const s = getComputedStyle(each)
          return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.top, s.backgroundColor].join()
        })
        .join('|')
    // What has the focus is looked at without it. A dialog keeps the focus and would lose it for good, so it gets it back.
    const had = document.activeElement
    had?.blur?.()
    window.drawn = drawn
    const open = document.querySelector('[role="dialog"]') ?? document
    window.unseen = new Map()
    for (const element of open.querySelectorAll(selector)) {
      const reached = element.tabIndex >= 0 && !element.disabled && element.checkVisibility()
      // Of a group of radio buttons one takes the focus; the arrow keys choose among them.
      const group = element.type === 'radio' && open.querySelector(`input[type="radio"][name="${CSS.escape(element.name)}"]:checked, input[type="radio"][name="${CSS.escape(element.name)}"]`)
      if (reached && (!group || group === element)) window.unseen.set(element, drawn(element))
    }
    if (open !== document) had?.focus?.()
    return window.unseen.size
  }, controls)
  if (before === 0) return ['there is no control at all']
  const faults = []
  const reached = new Set()
  for (let presses = 0; presses < before * 2 + 20 && reached.size < before; presses++) {
    await page.keyboard.press('Tab')
    const now = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return null
      const name = `${element.localName} "${(element.getAttribute('aria-label') ?? element.innerText ?? element.name ?? '').trim().slice(0, 40)}"`
      const before = window.unseen.get(element)
      const at = [...window.unseen.keys()].indexOf(element)
      if (before === undefined) return { at, name }
      const box = element.getBoundingClientRect()
      const inSight = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
      return { at, name, shows: window.drawn(element) !== before, inSight }
    })
    if (!now || now.at < 0 || reached.has(now.at)) continue
    reached.add(now.at)
    if (!now.shows) faults.push(`${now.name} does not show that it has the focus`)
    if (!now.inSight) faults.push(`${now.name} has the focus out of sight`)
  }
  if (reached.size < before) {
    const missed = await page.evaluate((seen) => [...window.unseen.keys()].filter((_, at) => !seen.includes(at)).map((each) => `${each.localName} "${(each.getAttribute('aria-label') ?? each.innerText ?? '').trim().slice(0, 40)}"`), [...reached])
    faults.push(...missed.map((name) => `Tab does not reach ${name}`))
  }
  return faults
}

/** How much of two pictures differs: the share of pixels that differ clearly, 1 where their sizes do. */
export function differing(page, one, two) {
  return page.evaluate(async ([first, second]) => {
    const pixels = async (data) => {
      const image = new Image()
      image.src = `data:image/png;base64,${data}`
      await image.decode()
      const canvas = new OffscreenCanvas(image.width, image.height)
      const context = canvas.getContext('2d')
      context.drawImage(image, 0, 0)
      return { width: image.width, height: image.height, data: context.getImageData(0, 0, image.width, image.height).data }
    }
    const [a, b] = await Promise.all([pixels(first), pixels(second)])
    if (a.width !== b.width || a.height !== b.height) return 1
    let clearly = 0
    for (let at = 0; at < a.data.length; at += 4) {
      const apart = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel])))
      if (apart > 64) clearly++
    }
    return clearly / (a.width * a.height)
  }, [one.toString('base64'), two.toString('base64')])
}
