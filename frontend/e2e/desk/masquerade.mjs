// The masquerade's window as it ships, driven: the program is greeted as a desk greets it, and shows what a test's portal serves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before } from 'node:test'
import { Program, build } from '../program.mjs'
import { Stage, run } from './desk.mjs'
import { Window, waitFor } from './wd.mjs'

/** A stage for the tests of one file, and the program of a folder beside this one. Both end with the tests. */
export function stageFor(folder, tags) {
  const it = {}
  const endings = []
  before(async () => {
    it.stage = await Stage.bare((end) => endings.push(end))
    it.program = build(folder, tags, it.stage.folder)
  })
  after(async () => {
    for (const end of endings.toReversed()) await end()
  })
  /** Opens a window on the portal that the program serves, and waits for its first page; both end with the test. */
  it.open = async (t, heading, { args = [], driven = true } = {}) => {
    const portal = await Program.start(it.program, ['--greet', ...args])
    let window
    t.after(async () => {
      await window?.stop()
      await portal.end()
    })
    window = await MasqueradeWindow.open(it.stage, portal.said.greeting, driven)
    if (driven) await window.showsPage(heading)
    return { window, portal, banner: window.banner }
  }
  return it
}

/** One masquerade's window of a stage. */
export class MasqueradeWindow {
  #stage
  #orders
  #events
  #folder
  #browser
  #pid
  #known = new Set() // processes, however they ended up

  /** What it shows: the banner is the driver's page, and the customer's pages are in its frame. */
  banner

  /** Where it saves files. */
  downloads

  /** Greets the program, and waits for the banner; one that is not driven has none to ask, and is seen on the screen alone. */
  static async open(stage, greeting, driven = true) {
    const it = new MasqueradeWindow()
    it.#stage = stage
    const folder = await mkdtemp(join(stage.folder, 'masquerade-'))
    it.#folder = folder
    it.downloads = join(folder, 'downloads')
    it.#browser = join(folder, 'browser')
    await mkdir(it.downloads)
    await mkdir(it.#browser)
    it.#events = join(folder, 'events')
    it.#pid = () => readFile(join(folder, 'window.pid'), 'utf8').then(Number, () => NaN)
    const pipe = join(folder, 'orders')
    await run('mkfifo', [pipe])
    it.#orders = openSync(pipe, 'r+') // for reading too, so that neither end waits for the other
    try {
      writeSync(it.#orders, `${JSON.stringify({ ...greeting, downloads: it.downloads })}\n`)
      const script = await stage.wrap(join(basename(folder), 'window'), { streams: `<'${pipe}' >'${it.#events}'`, driven })
      const args = ['--browser-folder', it.#browser, '--masquerade']
      if (driven) it.banner = await Window.start(stage.driver, script, args)
      else await once(spawn(script, args, { stdio: 'ignore' }), 'spawn')
      await it.told('started')
    } catch (failure) {
      await it.stop()
      throw failure
    }
    return it
  }

  /** Ends it, however far it came and whatever it does. */
  async stop() {
    await this.banner?.stop()
    this.silence()
    await this.gone(10_000).catch(async () => {
      for (const pid of await this.processes()) process.kill(pid, 'SIGKILL')
    })
  }

  /** Does something in the customer's page, which stands for the window meanwhile. */
  inPage(does) {
    return this.banner.inFrame(() => does(this.banner))
  }

  /** Does something that leads to another page, and waits until that stands. */
  async leads(does) {
    await this.inPage((page) => page.run(() => void (document.documentElement.dataset.left = 'yes')))
    await does()
    await waitFor(() => this.inPage((page) => page.run(stands)), 'no other page comes')
  }

  /** Waits for a heading of the customer's page. */
  showsPage(heading) {
    return this.inPage((page) => page.find('heading', heading))
  }

  /** Waits for the desk to be told of an event of that type. */
  told(type) {
    return waitFor(async () => {
      const lines = (await readFile(this.#events, 'utf8').catch(() => '')).split('\n').filter(Boolean)
      return lines.map((line) => JSON.parse(line)).findLast((event) => event.type === type)
    }, `the desk is not told of ${type}`)
  }

  /** Has it end, as a desk does, with a reason. */
  end(reason) {
    writeSync(this.#orders, `${JSON.stringify({ type: 'end', reason })}\n`)
  }

  /** Says no more, as a desk that died. */
  silence() {
    if (this.#orders !== undefined) closeSync(this.#orders)
    this.#orders = undefined
  }

  /** Waits until nothing of it runs any more, which takes its window along. */
  gone(timeout) {
    return waitFor(async () => (await this.processes()).length === 0, 'the masquerade goes on running', timeout)
  }

  /** Its process and those of its browser that run: also those that were seen before and have lost their parent since. */
  async processes() {
    const lines = (await run('ps', ['-e', '-o', 'pid=,ppid=,stat='])).split('\n').map((line) => line.trim().split(/\s+/))
    const running = lines.filter(([, , state]) => state && !state.startsWith('Z')).map(([pid, parent]) => [Number(pid), Number(parent)])
    this.#known.add(await this.#pid())
    // A parent may stand below its child.
    for (let before = 0; before < this.#known.size; ) {
      before = this.#known.size
      for (const [pid, parent] of running) if (this.#known.has(parent)) this.#known.add(pid)
    }
    return running.map(([pid]) => pid).filter((pid) => this.#known.has(pid))
  }

  /** What it leaves where others of the computer's users or programs may look: its words, how it was started, what its browser keeps. */
  async traces() {
    const started = (await this.processes()).flatMap((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`])
    const files = (await readdir(this.#folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
    return Promise.all([...started, ...files].map(async (file) => `${file} ${await readFile(file, 'latin1').catch(() => '')}`))
  }

  /** The windows that its process has on the screen. */
  async windows() {
    const found = await run('xdotool', ['search', '--all', '--onlyvisible', '--pid', `${await this.#pid()}`, '--name', '.*'])
    return found.split('\n').filter(Boolean)
  }
}

/* global document */
const stands = () => document.documentElement.dataset.left === undefined && document.readyState === 'complete'
