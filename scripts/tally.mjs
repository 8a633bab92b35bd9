// Reads what a test run reported, prints what a person wants to see of it, and notes the counts:
//   go test -json ... | node scripts/tally.mjs go NOTES       node scripts/tally.mjs tap FILE NOTES
//   node scripts/tally.mjs vitest FILE NOTES                  node scripts/tally.mjs total NOTES
// NOTES gets a line `counts PASSED FAILED SKIPPED` per run and a line `skip NAME: REASON` per skipped test.
import { appendFileSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const counts = { passed: 0, failed: 0, skipped: 0 }
const skips = []

const skip = (name, reason) => {
  counts.skipped++
  skips.push(`${name}: ${reason.trim().replace(/\s+/g, ' ') || 'no reason given'}`)
}

// go reads the events of `go test -json`: a line per package as it ends, everything that a failing test said.
async function go() {
  const said = new Map() // package and test -> its output so far
  const parents = new Set() // tests with subtests: the subtests are counted, not their frame
  const ended = []
  for await (const line of createInterface({ input: process.stdin })) {
    let e
    try {
      e = JSON.parse(line)
    } catch {
      console.log(line) // not an event: a build's message
      continue
    }
    const key = `${e.Package ?? e.ImportPath} ${e.Test ?? ''}`
    if (e.Action === 'output' || e.Action === 'build-output') {
      said.set(key, (said.get(key) ?? '') + e.Output)
    } else if (e.Action === 'build-fail') {
      console.log(said.get(key) ?? '')
    } else if (e.Action === 'run') {
      const cut = e.Test.lastIndexOf('/')
      if (cut > 0) parents.add(`${e.Package} ${e.Test.slice(0, cut)}`)
    } else if (['pass', 'fail', 'skip'].includes(e.Action)) {
      if (e.Test) ended.push({ ...e, key })
      if (e.Action === 'fail') console.log((said.get(key) ?? '').trimEnd())
      if (!e.Test && e.Action !== 'skip')
        console.log(`  ${e.Action.padEnd(4)} ${e.Package} ${(e.Elapsed ?? 0).toFixed(1)} s`)
      if (
        !e.Test &&
        e.Action === 'fail' &&
        !ended.some((t) => t.Package === e.Package && t.Action === 'fail')
      )
        counts.failed++
      if (!e.Test || e.Action === 'pass') said.delete(key)
    }
  }
  for (const { Action, Package, Test, key } of ended) {
    if (parents.has(key) && Action === 'pass') continue
    if (
      parents.has(key) &&
      Action === 'fail' &&
      ended.some((t) => t.key.startsWith(`${key}/`) && t.Action === 'fail')
    )
      continue
    if (Action === 'skip') skip(`${Package}.${Test}`, reasonIn(said.get(key) ?? ''))
    else counts[Action === 'pass' ? 'passed' : 'failed']++
  }
}

// reasonIn takes what t.Skip was given out of a test's output: the indented `file.go:12: reason`.
const reasonIn = (output) => [...output.matchAll(/^\s+\S+\.go:\d+: (.*)$/gm)].map((m) => m[1]).join(' ')

// tap reads what node's test runner wrote. Its closing lines count; skipped tests carry their reason in place.
function tap(text) {
  for (const [, name, reason] of text.matchAll(/^\s*ok \d+ - (.*?) # SKIP ?(.*)$/gm)) skip(name, reason)
  const closing = (word) => Number(text.match(new RegExp(`^# ${word} (\\d+)$`, 'm'))?.[1] ?? 0)
  counts.passed = closing('pass')
  counts.failed = closing('fail') + closing('cancelled')
}

// vitest reads the file of its JSON reporter.
function vitest(text) {
  const report = JSON.parse(text)
  counts.passed = report.numPassedTests
  counts.failed = report.numFailedTests
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  for (const t of tests) if (['pending', 'skipped', 'todo'].includes(t.status)) skip(t.fullName, '')
}

// total prints the skipped tests with their reasons and, last, the counts of all runs together.
function total(text) {
  for (const line of text.split('\n')) {
    if (line.startsWith('skip ')) console.log(`skipped ${line.slice(5)}`)
    const [word, ...numbers] = line.split(' ')
    if (word !== 'counts') continue
    ;['passed', 'failed', 'skipped'].forEach((name, i) => (counts[name] += Number(numbers[i])))
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
}

const [, , kind, ...files] = process.argv
const read = (file) => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (kind === 'total') return ''
    throw new Error(`the run left no report at ${file}`, { cause })
  }
}
if (kind === 'go') await go()
else if (kind === 'tap') tap(read(files[0]))
else if (kind === 'vitest') vitest(read(files[0]))
else if (kind === 'total') total(read(files[0]))
else throw new Error(`tally.mjs: no kind of report is called ${kind}`)

if (kind !== 'total') {
  const lines = [
    `counts ${counts.passed} ${counts.failed} ${counts.skipped}`,
    ...skips.map((s) => `skip ${s}`),
  ]
  appendFileSync(files.at(-1), lines.join('\n') + '\n')
  console.log(`  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
}
if (counts.failed > 0) process.exitCode = 1
