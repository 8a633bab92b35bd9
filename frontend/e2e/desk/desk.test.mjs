// A morning at the desk, in the real window: the program as it ships, a real portal, a real keyring.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Stage } from './desk.mjs'

let stage
let desk

// What was registered last ends first, so the window goes before the portal it talks to.
const endings = []
after(async () => {
  for (const end of endings.toReversed()) await end()
})

before(async () => {
  stage = await Stage.set((end) => endings.push(end))
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
  await stage.photograph('find')
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
  await stage.photograph('account')
})

step('the portal opens as that customer, in a window of its own that says so', async () => {
  await desk.click('button', 'Masquerade')
  const dialog = await desk.find('dialog', /^Open the portal as this customer/)
  await desk.fill('textbox', 'Reason for opening it', 'The caller cannot find the bill', { within: dialog })
  for (const box of await desk.all('checkbox', undefined, dialog)) await desk.clickOn(box)
  await desk.click('button', 'Start masquerade', { within: dialog })
  await stage.raise('^AS: ')
  await stage.photograph('masquerade')

  await stage.raise('^Meterside')
  await desk.find('region', 'Open masquerade')
  await desk.click('button', 'End masquerade')
  await desk.gone('region', 'Open masquerade')
})

step('a lock made while the portal is away waits, and takes effect when it is back', async () => {
  await stage.stopPortal()
  await desk.reads('Offline', 30_000)
  await desk.click('button', 'Lock')
  const dialog = await desk.find('dialog', /^Lock this web user/)
  await desk.choose('Reason', 'The account was compromised', { within: dialog })
  await desk.click('button', 'Yes, lock', { within: dialog })
  await desk.reads('1 change not yet sent')
  await desk.reads('Not yet in effect')
  await stage.photograph('offline')

  await stage.startPortal()
  await desk.reads('Connected', 60_000)
  await desk.gone('link', '1 change not yet sent', { timeout: 30_000 })
  await desk.find('button', 'Unlock')
})
