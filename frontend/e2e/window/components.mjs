// Which components of the window have been seen: those whose functions ran while its screens were shown.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** How the window is built for this: its functions keep their names, and what is not its own is in a file by itself. */
export const named = {
  minify: false,
  rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] } } },
}

/** Watches a page: whether a function ran and not how often, which slows all of them. note adds what ran since it was last called to ran: a function's name, file and place. */
export async function watch(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.startPreciseCoverage', { callCount: false, detailed: false })
  const ran = new Set()
  const note = async () => {
    const { result } = await session.send('Profiler.takePreciseCoverage')
    for (const { url, functions } of result.filter(({ url }) => !url.includes('vendor')))
      for (const { functionName, ranges } of functions)
        if (ranges[0].count > 0) ran.add(`${functionName} ${url} ${ranges[0].startOffset}`)
  }
  return { ran, note }
}

/** The names of the components in a folder's sources, each as often as it is written. */
export function componentsIn(folder) {
  const sources = readdirSync(folder, { recursive: true }).filter((name) => /(?<!\.test)\.tsx$/.test(name) && !name.startsWith('testing'))
  return sources.flatMap((name) => {
    const source = readFileSync(path.join(folder, name), 'utf8')
    return [...source.matchAll(/^(?:export )?(?:default )?function ([A-Z]\w*)/gm)].map(([, component]) => component)
  })
}

/** Which of the components have not run. Several may have one name, which the build then tells apart by a number. */
export function unseen(components, ran) {
  const names = [...ran].map((each) => each.split(' ')[0].replace(/\$\d+$/, ''))
  const count = (all, name) => all.filter((each) => each === name).length
  return [...new Set(components)].filter((name) => count(names, name) < count(components, name))
}
