// R25: each of the eight reasons why customers call, in the real window, from the phone system's call to the wrap-up, by keys
// alone; and each once more while the portal is away, with the outcome that requirement's table for offline work says. How
// many keys each took is printed, and is what docs/stories.md says (UPDATE=1: written there).
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { Csr, Keyboard } from './caller.mjs'
import { CustomerWindow } from './customer.mjs'
import { Stage } from './desk.mjs'
import { stories } from './stories.mjs'
import { waitFor } from './wd.mjs'

const table = join(resolve(import.meta.dirname, '../../..'), 'docs/stories.md')
const patience = 60_000

let stage
let desk
let csr
const callers = new Map() // by account: who it is, and what they answer
const counted = new Map() // by reason: keys online and offline

const endings = []
after(async () => {
  for (const end of endings.toReversed()) await end()
})

before(async () => {
  stage = await Stage.set((end) => endings.push(end), { accounts: 150 })
  await stage.deskctl(['login', '--user', 'SUP01', '--password-stdin'], 'password\n')
  await stage.deskctl(['sync', '--once'])
  for (const { flats } of stories) for (const number of flats) callers.set(number, await callerOf(number))
  desk = await stage.openDesk()
  endings.push(() => desk.stop())
  csr = new Csr(desk, new Keyboard(stage))
  Object.assign(csr, { stage, customer: new CustomerWindow(stage) })
  await desk.click('button', 'Fill in')
  await desk.click('button', 'Sign in')
  await desk.find('searchbox', /^Name, address/, { timeout: patience })
  await desk.reads('Connected', patience)
})

/** Who calls about an account, and the answers that they give: when they were born, and the end of their identifier. */
async function callerOf(number) {
  const { persons } = await stage.deskctl(['show', number])
  const [{ person_id, name, phone, id_last4 }] = persons
  const asked = ['ask', 'reveal', person_id, '--account', number, '--field', 'born']
  const { value } = await stage.deskctl(asked)
  return { name, phone, answers: [value, id_last4] }
}

/** A step of the morning: each stands on the ones before, so none is taken after one that failed. */
let fallen
const step = (does) => async (context) => {
  assert.equal(fallen, undefined, 'a step before it failed')
  try {
    await does()
  } catch (failure) {
    fallen = context.name
    await stage.photograph(`failed ${fallen}`).catch(() => undefined)
    console.error(await stage.log('desk'))
    throw failure
  }
}

/** What the portal holds of an account by now, as soon as `holds` is content with it. */
async function atThePortal(number, holds) {
  let account
  await waitFor(
    async () => {
      await stage.deskctl(['sync', '--once'])
      account = await stage.deskctl(['show', number])
      return holds(account)
    },
    `the portal does not hold it of ${number}`,
    patience,
  )
  return account
}

/** Whether the log has one call of that reason from its beginning to its end, verified as it was, and its note. */
function isWrappedUp({ activity, notes }, { reason, note }, verified, code) {
  const mine = activity.filter(({ actor }) => actor === 'CSR001')
  const one = (kind) => mine.find((each) => each.kind === kind)
  return (
    one('contact.opened')?.detail.reason === reason &&
    one(verified) !== undefined &&
    one('contact.closed')?.detail.wrap_up === code &&
    notes.some(({ text, by }) => text === note && by === 'CSR001')
  )
}

async function call(story, offline) {
  const number = story.flats[offline ? 1 : 0]
  const { name, phone, answers } = callers.get(number)
  const who = story.byPhone ? `phone=${encodeURIComponent(phone)}` : `account=${number}`
  csr.keys.reset()
  assert.equal(await stage.pop(`meterside://pop?${who}&reason=${story.reason}`), 0)
  if (story.byPhone) {
    await desk.focused('searchbox', /^Name, address/)
    await csr.keys.press('Return')
    await desk.focused('button', 'Include every portal status')
    await csr.keys.press('Return')
    await desk.focused('link', new RegExp(number))
    await csr.keys.press('Return')
  }
  await desk.find('heading', name)
  await desk.allowed('button', /^Verify the caller/)
  await (offline ? csr.judge('Knows me') : csr.verify(answers))
  await look(story, offline, 'verified')
  await story.does(csr, offline)
  await desk.reads(story.says[offline ? 1 : 0])
  await look(story, offline, 'done')
  await csr.note(story.note)
  await csr.wrapUp(name, offline ? story.wrapUp?.offline : undefined)
  await look(story, offline, 'wrapped up')
  const so = counted.get(story.reason) ?? []
  counted.set(story.reason, [...so, { pressed: csr.keys.pressed, written: csr.keys.written }])
}

/** A picture of the moment, where they are wanted: LOOK=1. */
async function look({ reason }, offline, moment) {
  if (!process.env.LOOK) return
  await desk.painted()
  await stage.photograph(`story ${reason} ${offline ? 'offline' : 'online'} ${moment}`)
}

for (const story of stories) {
  test(`R25 online: ${story.words}`, step(async () => {
    await call(story, false)
    const held = (account) => story.holds(account, false) && isWrappedUp(account, story, 'caller.verified', 'resolved')
    await atThePortal(story.flats[0], held)
  }))
}

test('the portal goes away', step(async () => {
  await stage.stopPortal()
  await desk.reads('Offline', patience)
}))

for (const story of stories) test(`R25 offline: ${story.words}`, step(() => call(story, true)))

test('what was kept offline takes effect once the portal is back, and drafts wait for a yes', step(async () => {
  await stage.startPortal()
  await desk.reads('Connected', patience)
  for (const story of stories) {
    const code = story.wrapUp?.offline ? 'callback' : 'resolved'
    const held = (account) =>
      (story.draft || story.holds(account, true)) && isWrappedUp(account, story, 'caller.overridden', code)
    const account = await atThePortal(story.flats[1], held)
    if (story.draft) assert.ok(!story.holds(account, true), `${story.words}: done without a yes`)
  }
}))

test('drafts are confirmed online, and then hold', step(async () => {
  for (const { draft, flats, holds } of stories.filter((story) => story.draft)) {
    await csr.palette(['n', 'e', 'e', 'd'], /^Needs attention/)
    const item = await desk.find('listitem', `${draft} ${flats[1]}`)
    const confirm = await desk.find('button', 'Confirm and send', { within: item })
    await csr.reach(confirm)
    await csr.keys.press('Return')
    await atThePortal(flats[1], (account) => holds(account, true))
  }
}))

test('the keys that each call took are those of docs/stories.md', step(async () => {
  const rows = stories.map(({ reason, words }) => [words, ...counted.get(reason).flatMap(({ pressed, written }) => [pressed, written])])
  const lines = [
    '| reason for the call | keys online | of them words | keys offline | of them words |',
    '|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
  console.log(lines)
  const text = await readFile(table, 'utf8')
  const [, written] = /\n(\| reason for the call[^]*?\|)\n(?!\|)/.exec(text)
  if (process.env.UPDATE) await writeFile(table, text.replace(written, lines))
  else assert.equal(written, lines)
}))
