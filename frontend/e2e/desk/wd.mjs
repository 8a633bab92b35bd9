// A small client of the WebDriver protocol: just what driving the desk's one window takes.
// Things are found as a person finds them, by role and name, and every find waits for what it looks for.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf' // the protocol's own name for a reference to an element

/** Keys by name, for press. */
export const KEYS = {
  Enter: '\uE007',
  Tab: '\uE004',
  Escape: '\uE00C',
  ArrowDown: '\uE015',
  ArrowUp: '\uE013',
  Backspace: '\uE003',
  Control: '\uE009',
  Shift: '\uE008',
  F2: '\uE032',
  F7: '\uE037',
}

/** Asks again until look() gives something true, and gives that back. */
export async function waitFor(look, what, timeout = 30_000) {
  const end = Date.now() + timeout
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

/** One driven window. */
export class Window {
  #address

  constructor(address) {
    this.#address = address
  }

  /** Has the driver at `base` start `binary` and waits for its window. */
  static async start(base, binary, args) {
    const options = { 'webkitgtk:browserOptions': { binary, args } }
    const body = { capabilities: { alwaysMatch: options } }
    const { sessionId } = await call('POST', `${base}/session`, body)
    return new Window(`${base}/session/${sessionId}`)
  }

  #do(method, path, body) {
    return call(method, this.#address + path, body)
  }

  /** Closes the window by ending its program; one that has ended by itself is fine. */
  async stop() {
    await this.#do('DELETE', '').catch((failure) => {
      if (!/no such window|invalid session id/.test(failure.message)) throw failure
    })
  }

  /** Goes into the page's one frame for as long as `does` runs: what is found and run meanwhile is of the frame. */
  async inFrame(does) {
    const [frame] = await this.run(() => [...document.querySelectorAll('iframe')])
    await this.#do('POST', '/frame', { id: frame })
    try {
      return await does()
    } finally {
      await this.#do('POST', '/frame/parent', {})
    }
  }

  /** The cookies that the browser keeps for the page, also those that no script sees. */
  cookies() {
    return this.#do('GET', '/cookie')
  }

  /** Runs a function in the page; its arguments and its result are plain values or elements. */
  run(fn, ...args) {
    return this.#do('POST', '/execute/sync', { script: `return (${fn})(...arguments)`, args })
  }

  /** Waits for the one visible thing of that role whose name is `name`, a string (the whole of it) or a RegExp. */
  find(role, name, { within = null, timeout } = {}) {
    const look = async () => {
      const found = await this.all(role, name, within)
      if (found.length > 1) throw new Error(`${found.length} things are ${role} ${name ?? ''}`)
      return found[0]
    }
    return waitFor(look, `no ${role} ${name ?? ''}`, timeout)
  }

  /** All visible things of that role and name, now. */
  all(role, name, within = null) {
    const pattern =
      name instanceof RegExp ? { source: name.source, flags: name.flags } : { whole: name ?? null }
    // What goes away between being found and being handed over has not been found: look again.
    const look = () =>
      this.run(inPage, role, pattern, within).catch((failure) => {
        if (within === null && failure.code === 'stale element reference') return undefined
        throw failure
      })
    return waitFor(look, `the things that are ${role} do not stay`)
  }

  /** Waits until there is no such thing any more. */
  gone(role, name, { within = null, timeout } = {}) {
    return waitFor(
      async () => (await this.all(role, name, within)).length === 0,
      `still a ${role} ${name}`,
      timeout,
    )
  }

  /** Waits until the page's text holds `text`, a string or a RegExp. */
  reads(text, timeout) {
    const holds = (all) => (text instanceof RegExp ? text.test(all) : all.includes(text))
    const look = async () => holds(await this.run(() => document.body.innerText))
    return waitFor(look, `the window does not say ${text}`, timeout)
  }

  /** Waits until the field of that role and name holds `text`, however it came there. */
  async holds(role, name, text) {
    const field = await this.find(role, name)
    await waitFor(async () => (await this.run((one) => one.value, field)) === text, `${name} does not hold ${text}`)
  }

  /** Waits until the focus is on the thing of that role and name: what is typed next goes there. */
  focused(role, name, timeout) {
    const look = async () => {
      const found = await this.all(role, name)
      return found.length > 0 && this.run((...all) => all.includes(document.activeElement), ...found)
    }
    return waitFor(look, `the focus is not on the ${role} ${name}`, timeout)
  }

  /** Waits until the first thing of that role and name says no more that it cannot be done. */
  allowed(role, name, timeout) {
    const look = async () => {
      const [first] = await this.all(role, name)
      return first && this.run((one) => one.ariaDisabled !== 'true', first)
    }
    return waitFor(look, `${role} ${name} cannot be done`, timeout)
  }

  async click(role, name, options) {
    await this.clickOn(await this.find(role, name, options))
  }

  /** Clicks an element that was found before. */
  clickOn(element) {
    return this.#do('POST', `/element/${element[ELEMENT]}/click`, {})
  }

  /** Chooses the option that reads `option` in the select called `name`. */
  async choose(name, option, options) {
    const select = await this.find('combobox', name, options)
    const chosen = await this.run(
      (from, text) => [...from.options].find((one) => one.text === text),
      select,
      option,
    )
    if (!chosen) throw new Error(`${name} has no option ${option}`)
    await this.clickOn(chosen)
  }

  /** Puts `text` into a field in place of what it holds. */
  async fill(role, name, text, options) {
    const element = await this.find(role, name, options)
    await this.#do('POST', `/element/${element[ELEMENT]}/clear`, {})
    await this.#do('POST', `/element/${element[ELEMENT]}/value`, { text })
  }

  /** Waits until what the page is by now has been drawn: a frame that begins later has the ones before it on the screen. */
  async painted() {
    const script = `const [done] = arguments
      requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))`
    await this.#do('POST', '/execute/async', { script, args: [] })
  }

  /** What an element shows. */
  text(element) {
    return this.run((of) => of.innerText.trim(), element)
  }

  /** Presses keys where the focus is, the ones before the last held down: press('Control', 'f'). */
  async press(...names) {
    const keys = names.map((name) => KEYS[name] ?? name)
    const actions = [
      ...keys.map((value) => ({ type: 'keyDown', value })),
      ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
    ]
    await this.#do('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
  }
}

async function call(method, address, body) {
  const answer = await fetch(address, {
    method,
    body: body && JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(60_000),
  })
  const { value } = await answer.json()
  if (answer.ok) return value
  const said = `${value.error}: ${value.message} (${method} ${new URL(address).pathname})`
  throw Object.assign(new Error(said), { code: value.error })
}

// Runs in the page. The names are computed as browsers do for the plain cases that the desk is made of.
/* global document, Node */
function inPage(role, name, within) {
  const input = (...types) => types.map((type) => `input[type=${type}]`).join()
  const roles = {
    button: `button,${input('button', 'submit')}`,
    link: 'a[href]',
    textbox: `input:not([type]),textarea,${input('text', 'email', 'url', 'password', 'tel')}`,
    searchbox: input('search'),
    checkbox: input('checkbox'),
    radio: input('radio'),
    combobox: 'select',
    heading: 'h1,h2,h3,h4,h5,h6',
    dialog: 'dialog[open]',
    table: 'table',
    row: 'tr',
    cell: 'td',
    listitem: 'li',
    navigation: 'nav',
    region: 'section[aria-label],section[aria-labelledby]',
    main: 'main',
  }
  const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim()
  // What a label says aloud: without its stars and icons.
  const textOf = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data
    if (node.nodeType !== Node.ELEMENT_NODE || node.ariaHidden === 'true') return ''
    return [...node.childNodes].map(textOf).join(' ')
  }
  const nameOf = (element) => {
    const ids = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/)
    const labelled = ids
      .map((id) => document.getElementById(id))
      .filter(Boolean)
      .map(textOf)
      .join(' ')
    const labels = [...(element.labels ?? [])].map(textOf).join(' ')
    const given = [labelled, element.getAttribute('aria-label'), labels, textOf(element), element.title]
    return given.map(squeeze).find((text) => text !== '') ?? ''
  }
  const matches = (text) =>
    name.source === undefined
      ? name.whole === null || text === name.whole
      : new RegExp(name.source, name.flags).test(text)
  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden=true],[inert]')

  const plain = roles[role] ? `:is(${roles[role]}):not([role]),` : ''
  return [...(within ?? document).querySelectorAll(`${plain}[role=${role}]`)].filter(
    (element) => visible(element) && matches(nameOf(element)),
  )
}
