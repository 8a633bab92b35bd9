// A phone system's call, in the real window: the program is started once more with a link, and the desk that runs shows it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Stage } from './desk.mjs'

let stage
let desk

const endings = []
after(async () => {
  for (const end of endings.toReversed()) await end()
})

before(async () => {
  stage = await Stage.set((end) => endings.push(end), { accounts: 100 })
  desk = await stage.openDesk()
  endings.push(() => desk.stop())
  await desk.click('button', 'Fill in')
  await desk.click('button', 'Sign in')
  await desk.find('searchbox', /^Name, address/, { timeout: 60_000 })
  await desk.reads('Connected')
})

test('a call leads to the account that it names, and to the search for anything else', async () => {
  await desk.fill('searchbox', /^Name, address/, 'main st')
  await desk.find('heading', 'Service address')
  const [first] = await desk.all('link', /main st.*\b0\d{8}\b/i)
  const number = /\b0\d{8}\b/.exec(await desk.text(first))[0]

  assert.equal(await stage.pop(`meterside://pop?account=${number}&reason=cannot_sign_in`), 0)
  await desk.find('tab', 'Overview')
  await desk.reads(`Another program asked for ${number}. Verify who is calling.`)

  assert.equal(await stage.pop('meterside://pop?phone=%2B18025550100'), 0)
  await desk.find('searchbox', /^Name, address/)
  await desk.reads('The number proves nothing')

  assert.equal(await stage.pop('meterside://pop?account=%3Cscript%3E'), 0)
  await desk.reads('its link cannot be understood')
})

test('what follows a link is refused', async () => {
  assert.equal(await stage.pop('meterside://pop?phone=8025550100', '--portal', 'http://127.0.0.1:9'), 2)
})
