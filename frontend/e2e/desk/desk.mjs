// Sets the stage for a test of the real window: a portal with a small town, a driver, and the desk as it ships.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Picture } from './picture.mjs'
import { Window, waitFor } from './wd.mjs'

const root = resolve(import.meta.dirname, '../../..')
const built = join(root, 'build/e2e')
const program = (name) => join(root, 'build/bin', name)

/** A stage in a folder of its own. `after` is the test runner's: what was started ends there, last first. */
export class Stage {
  #running = []

  /** The folder, the portal's address and data, the driver's address. */
  folder
  portal
  portalData
  driver

  /** A display with a driver, and nothing to drive yet. */
  static async bare(after) {
    const stage = new Stage()
    stage.folder = await mkdtemp(join(tmpdir(), 'meterside-'))
    after(() => stage.#clear())
    // The manager takes no key for itself: F11 is the desk's.
    const noKeys = join(stage.folder, 'keys')
    await writeFile(noKeys, '')
    stage.#start('manager', 'matchbox-window-manager', ['-use_titlebar', 'no', '-kbdconfig', noKeys])
    const driverPort = await freePort()
    stage.driver = `http://127.0.0.1:${driverPort}`
    stage.#start('driver', 'WebKitWebDriver', ['--host=127.0.0.1', `--port=${driverPort}`])
    await waitFor(() => answers(`${stage.driver}/status`), 'the driver answers')
    return stage
  }

  static async set(after, { accounts = 300 } = {}) {
    const stage = await Stage.bare(after)
    stage.wrapper = await stage.wrap('desk')
    stage.portalData = join(stage.folder, 'portal')
    await run(program('portald'), [
      'demo',
      '--data',
      stage.portalData,
      '--accounts',
      `${accounts}`,
      '--seed',
      '1',
    ])
    const port = await freePort()
    stage.portal = `http://127.0.0.1:${port}`
    await stage.startPortal()
    return stage
  }

  /**
   * A script that runs the program under the name: its process stands in NAME.pid, its words in NAME.log. The driver starts a
   * program and takes neither environment nor what it hears and says, so `streams` says that.
   */
  async wrap(name, { streams = '>&2', driven = true } = {}) {
    const file = join(this.folder, name)
    const shim = driven ? await buildShim() : ''
    const script = `#!/bin/sh\necho $$ >'${file}.pid'\nexec 2>>'${file}.log'\nLD_PRELOAD='${shim}' exec '${program('meterside')}' "$@" ${streams}\n`
    await writeFile(`${file}.sh`, script, { mode: 0o755 })
    return `${file}.sh`
  }

  /** Starts the portal, again after stopPortal at the same address. */
  async startPortal() {
    this.#start('portal', program('portald'), [
      'serve',
      '--data',
      this.portalData,
      '--listen',
      new URL(this.portal).host,
    ])
    await waitFor(() => answers(`${this.portal}/healthz`), 'the portal answers')
  }

  /** Takes the portal away, as a broken line does. */
  stopPortal() {
    return this.#stop('portal')
  }

  /** Opens the desk's window; `profile` names the seat, so that a second opening finds what the first one kept. */
  openDesk(profile = 'desk', ...more) {
    const args = ['--profile', join(this.folder, profile), '--portal', this.portal, '--demo', ...more]
    return Window.start(this.driver, this.wrapper, args)
  }

  /** Starts the program once more with a link, as a phone system does, for the desk of that profile; gives its exit code. */
  async pop(link, ...more) {
    const args = ['--profile', join(this.folder, 'desk'), '--pop', link, ...more]
    const [code] = await once(spawn(program('meterside'), args, { stdio: 'ignore' }), 'exit')
    return code
  }

  /** The whole screen as a picture, with every window on it, into build/e2e. */
  async photograph(name) {
    const file = join(built, `${name}.png`)
    await run('scrot', ['--overwrite', file])
    if ((await stat(file)).size === 0) throw new Error(`${file} is empty`)
    return file
  }

  /** The whole screen as it is now, to be looked at. */
  async look() {
    const file = join(this.folder, 'now.ppm')
    await run('scrot', ['--overwrite', file])
    return new Picture(await readFile(file))
  }

  /** The windows with that in their title, as xdotool numbers them. */
  async windows(title) {
    // It finds none by failing without a word; with words, a window went while it looked.
    const search = () => run('xdotool', ['search', '--onlyvisible', '--name', title])
    const found = await waitFor(async () => search().catch(({ message }) => / ended with 1: $/.test(message) && ' '), 'windows come and go')
    return found.trim().split('\n').filter(Boolean)
  }

  /** The title of the window with that number. */
  async titleOf(id) {
    return (await run('xdotool', ['getwindowname', id])).trim()
  }

  /** Brings the window with that in its title to the front, as soon as there is one: the others are not painted then. */
  async raise(title) {
    const id = await waitFor(async () => (await this.windows(title)).at(-1), `no window is called ${title}`)
    await run('xdotool', ['windowactivate', '--sync', id])
  }

  /** Presses keys, by xdotool's names, in the window at the front. */
  async keys(...names) {
    await run('xdotool', ['key', '--delay', '20', ...names])
  }

  /** Types a text into the window at the front. */
  async type(text) {
    await run('xdotool', ['type', '--delay', '20', '--', text])
  }

  /** Clicks at a point of the screen. */
  async click(x, y) {
    await run('xdotool', ['mousemove', '--sync', `${x}`, `${y}`, 'click', '1'])
  }

  /** Runs deskctl at a seat of its own, which has its own copy of what the portal holds; gives what it prints as JSON. */
  async deskctl(args, input) {
    const seat = join(this.folder, 'second')
    const flags = ['--json', '--profile', seat, '--portal', this.portal, '--secret-file', `${seat}.secrets`]
    const said = await run(program('deskctl'), [...flags, ...args], input)
    return said.startsWith('{') || said.startsWith('[') ? JSON.parse(said) : undefined
  }

  /** The process of the desk's masquerade window. */
  async masqueradeProcess() {
    const children = await run('ps', ['-o', 'pid=,args=', '--ppid', await this.#deskProcess()])
    const one = children.split('\n').find((line) => line.endsWith(' --masquerade'))
    if (!one) throw new Error(`no masquerade window among ${children}`)
    return Number.parseInt(one, 10)
  }

  /** Waits for the first file that a masquerade saves at the desk; gives its name and what is in it. */
  saved(profile = 'desk') {
    const downloads = join(this.folder, profile, 'downloads')
    return waitFor(async () => {
      const [name] = await readdir(downloads).catch(() => [])
      const bytes = name && (await readFile(join(downloads, name)))
      return bytes?.length > 0 && [name, bytes]
    }, 'no file is saved')
  }

  /** Fails where an argument, an environment or a log holds what looks like a ticket or another secret of the portal's. */
  async tellsNoSecret() {
    const processes = [await this.#deskProcess(), await this.masqueradeProcess()]
    const files = processes.flatMap((id) => [`/proc/${id}/cmdline`, `/proc/${id}/environ`])
    for (const file of [...files, join(this.folder, 'desk.log'), join(this.folder, 'portal.log')])
      // 32 bytes in letters: in a path of that many there is a slash.
      if (/(?<![\w-])[\w-]{43}(?![\w-])/.test(await readFile(file, 'latin1'))) throw new Error(`${file} holds a secret`)
  }

  /** Ends the desk as a power cut does: it can say and write nothing more. */
  async killDesk(desk) {
    process.kill(Number(await this.#deskProcess()), 'SIGKILL')
    await desk.stop()
  }

  async #deskProcess() {
    return (await readFile(join(this.folder, 'desk.pid'), 'utf8')).trim()
  }

  /** What a program of this stage has said so far. */
  log(name) {
    return readFile(join(this.folder, `${name}.log`), 'utf8').catch(() => '')
  }

  #start(name, command, args) {
    const log = openSync(join(this.folder, `${name}.log`), 'a')
    const env = {
      ...process.env,
      HOME: this.folder,
      XDG_DATA_HOME: '',
      XDG_CONFIG_HOME: '',
      NO_AT_BRIDGE: '1',
    }
    const child = spawn(command, args, { env, stdio: ['ignore', log, log] })
    child.on('error', (cause) => console.error(`${command} did not start: ${cause.message}`))
    this.#running.push({ name, child })
  }

  async #stop(name) {
    const at = this.#running.findLastIndex((one) => one.name === name)
    const [{ child }] = this.#running.splice(at, 1)
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    child.kill()
    await once(child, 'exit')
  }

  async #clear() {
    for (const { name } of this.#running.toReversed()) await this.#stop(name)
    if (process.env.KEEP) console.log(`kept: ${this.folder}`)
    // What a program leaves running of its own may write there for a moment longer.
    else await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

/** Compiles the shim when its source is newer than what is there. */
async function buildShim() {
  const source = join(import.meta.dirname, 'shim.c')
  const shim = join(built, 'shim.so')
  await mkdir(built, { recursive: true })
  if (!existsSync(shim) || (await stat(shim)).mtimeMs < (await stat(source)).mtimeMs) {
    const flags = (await run('pkg-config', ['--cflags', '--libs', 'webkit2gtk-4.1'])).trim().split(/\s+/)
    await run('gcc', ['-shared', '-fPIC', '-Wall', '-Wextra', '-O1', '-o', shim, source, ...flags])
  }
  return shim
}

/** Runs a program to its end and gives what it printed; fails with what it complained of. */
export async function run(command, args, input = '') {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined) // a program that reads nothing may have ended already
  child.stdin.end(input)
  let out = ''
  let complaints = ''
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (complaints += part))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${complaints}`)
  return out
}

const answers = (address) =>
  fetch(address).then(
    (answer) => answer.ok,
    () => false,
  )

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
