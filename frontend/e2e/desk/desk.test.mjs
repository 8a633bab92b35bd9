// A morning at the desk, in the real window: the program as it ships, a real portal, a real keyring.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CustomerWindow } from './customer.mjs'
import { Stage } from './desk.mjs'
import { waitFor } from './wd.mjs'

const BILLS = 1 // its place in the customers' menu
const PREFERENCES = 5
const NOTE = 'The caller moves out on Friday and wants the last bill by'

let stage
let desk
let customer

// What was registered last ends first, so the window goes before the portal it talks to.
const endings = []
after(async () => {
  for (const end of endings.toReversed()) await end()
})

before(async () => {
  stage = await Stage.set((end) => endings.push(end))
  customer = new CustomerWindow(stage)
  desk = await stage.openDesk()
  endings.push(() => desk.stop())
})

// Each step stands on the one before: a caller's story has an order.
const step = (name, does) =>
  test(name, async () => {
    try {
      await does()
    } catch (failure) {
      await stage.photograph(`failed ${name}`).catch(() => undefined)
      console.error(await stage.log('desk'))
      throw failure
    }
  })

/** Photographs the desk as it is by now, not as it was last drawn. */
async function photograph(name) {
  await desk.painted()
  await stage.photograph(name)
}

async function signIn(user) {
  await desk.fill('textbox', 'User', user)
  await desk.fill('textbox', 'Password', 'password')
  await desk.click('button', 'Sign in')
  await desk.find('searchbox', /^Name, address/, { timeout: 60_000 })
  await desk.reads('Connected')
}

/** Opens the customer's portal, as far as the customer's first page on the screen. */
async function masquerade() {
  await desk.click('button', 'Masquerade')
  const dialog = await desk.find('dialog', /^Open the portal as this customer/)
  await desk.fill('textbox', 'Reason for opening it', 'The caller wants no more paper', { within: dialog })
  for (const box of await desk.all('checkbox', undefined, dialog)) await desk.clickOn(box)
  await desk.click('button', 'Start masquerade', { within: dialog })
  await customer.appear()
}

/** Comes back to the desk after the masquerade, which it must know to be over. */
async function backAtTheDesk() {
  await stage.raise('^Meterside')
  await desk.reads('Masquerade ended: closed in its window')
  await desk.gone('region', 'Open masquerade')
}

/** A task's row that a CSR made, its cells by the headings above them. */
async function paperlessTask() {
  const row = await desk.find('row', /^Paperless enrolled .* CSR001 /, { timeout: 30_000 })
  return desk.run((one) => {
    const heads = [...one.closest('table').querySelectorAll('th')].map((head) => head.innerText)
    return Object.fromEntries([...one.cells].map((cell, at) => [heads[at], cell.innerText]))
  }, row)
}

/** What every such task says of who made it, and for whom. */
function isAttributed(task) {
  assert.equal(task['Web User ID'], 'CSR001')
  assert.equal(task['Email address'], 'Not applicable')
  assert.equal(task['IP address'], '127.0.0.1')
  assert.match(task['Self-Service User ID'], /^W\d{8}$/)
}

step('the CSR signs in and the first copy arrives', async () => {
  await desk.click('button', 'Fill in')
  await desk.click('button', 'Sign in')
  await desk.find('searchbox', /^Name, address/, { timeout: 60_000 })
  await desk.reads('Connected')
})

step('searching for 2172 finds the apartment building', async () => {
  await desk.fill('searchbox', /^Name, address/, '2172')
  await desk.find('heading', 'Service address')
  const flats = await desk.all('link', /2172 MAIN ST/i)
  assert.ok(flats.length > 1, `${flats.length} flats were found`)
  await photograph('find')
})

step('an account opens with its tabs', async () => {
  const enrolled = await desk.all('link', /2172 MAIN ST.*Enrolled(?!.*Locked)/i)
  assert.ok(enrolled.length > 0, 'nobody in the building uses the portal')
  await desk.clickOn(enrolled[0])
  for (const tab of [
    'Overview',
    'Customer Information',
    'Billing',
    'Web Users',
    'Tasks',
    'Activity Log',
    'Notifications',
  ])
    await desk.find('tab', tab)
  await photograph('account')
})

step('the portal opens as that customer, to look only, in a window of its own that says so', async () => {
  await masquerade()
  await stage.photograph('masquerade')
  await customer.goTo(PREFERENCES)
  await stage.photograph('masquerade-view')
  assert.equal(await customer.saves(), false, 'what may only be looked at can be saved')
  await customer.goTo(BILLS)
  await customer.saveFirstBill()
  const [name, bill] = await stage.saved()
  assert.match(name, /^bill-\d{9}-[\d-]{10}\.pdf$/)
  assert.equal(bill.toString('latin1', 0, 5), '%PDF-')
  await stage.photograph('masquerade-bill')
  await stage.tellsNoSecret()
  await customer.close()
  await backAtTheDesk()
})

step('what the CSR changes as that customer becomes a task under their own name', async () => {
  await masquerade()
  await customer.makeChanges()
  await customer.goTo(PREFERENCES)
  await waitFor(() => customer.saves(), 'nothing can be saved')
  // By the keyboard: skip the menu, past AutoPay, tick Paperless, past the name, save.
  await stage.keys('Tab', 'Return', 'Tab', 'Tab', 'space', 'Tab', 'Tab', 'Return')
  await customer.saysDone()
  await stage.photograph('masquerade-full')
  await customer.closeByKeys()
  await backAtTheDesk()

  await desk.click('tab', 'Tasks')
  isAttributed(await paperlessTask())
  await photograph('task')
})

step('escape closes a dialog, and the account stays', async () => {
  const account = await desk.run(() => location.hash)
  await desk.click('button', 'Lock')
  await desk.find('dialog', /^Lock this web user/)
  await desk.press('Escape')
  await desk.gone('dialog', /^Lock this web user/)
  assert.equal(await desk.run(() => location.hash), account)
  await desk.find('tab', 'Overview')
})

step('a lock made while the portal is away waits, and takes effect when it is back', async () => {
  await desk.click('tab', 'Overview')
  await stage.stopPortal()
  await desk.reads('Offline', 30_000)
  await desk.click('button', 'Lock')
  const dialog = await desk.find('dialog', /^Lock this web user/)
  await desk.choose('Reason', 'The account was compromised', { within: dialog })
  await desk.click('button', 'Yes, lock', { within: dialog })
  await desk.gone('dialog', /^Lock this web user/)
  await desk.reads('1 change not yet sent')
  await desk.reads('Not yet in effect')
  await desk.reads('lock kept on this computer')
  await photograph('offline')

  await stage.startPortal()
  await desk.reads('Connected', 60_000)
  await desk.gone('link', '1 change not yet sent', { timeout: 30_000 })
  await desk.find('button', 'Unlock')
})

step('a desk that dies leaves no masquerade behind, and what was typed is there again', async () => {
  await desk.click('link', 'Results')
  const others = await desk.all('link', /2172 MAIN ST.*Enrolled(?!.*Locked)/i)
  await desk.clickOn(others.at(-1))
  const account = await desk.run(() => location.hash)
  await desk.fill('textbox', 'Note', NOTE)
  await desk.reads('Saved on this computer')
  await masquerade()
  const orphan = await stage.masqueradeProcess()
  await stage.killDesk(desk)
  await waitFor(() => !isThere(orphan), 'the masquerade window outlives its desk', 8_000)
  await customer.gone()

  desk = await stage.openDesk()
  await desk.find('searchbox', /^Name, address/, { timeout: 30_000 })
  await desk.run((to) => void (location.hash = to), account)
  const note = await desk.find('textbox', 'Note')
  await waitFor(async () => (await desk.run((box) => box.value, note)) === NOTE, 'the note is lost')
  await desk.reads('Connected', 30_000)
  await photograph('after-power-cut')
})

step('the supervisor sees it among the tasks made by CSRs, also while the portal is away', async () => {
  await desk.click('button', 'Sign out')
  const dialog = await desk.find('dialog', /^Sign out/)
  await desk.click('button', 'Sign out', { within: dialog })
  await desk.find('heading', 'Sign in to Meterside')
  await signIn('SUP01')
  await stage.stopPortal()
  await desk.reads('Offline', 30_000)
  await desk.click('link', 'Self-service tasks')
  isAttributed(await paperlessTask())
  await photograph('tasks')

  await desk.choose('Colours', 'Dark')
  await desk.choose('Language', 'Español')
  await desk.find('heading', 'Tareas de autoservicio')
  await photograph('tasks-dark-es')
})

/** Whether a process is still there. */
function isThere(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
