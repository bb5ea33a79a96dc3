import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { startEngine } from '../../flow/world.ts'
import { withMeasured } from '../markers.ts'
import { median } from '../statistics.ts'
import { type Measured, measure } from './extrapolate.ts'
import { type Recorded, renderCosts } from './page.ts'

const PAGE = new URL('../../../docs/costs.md', import.meta.url)
const RECORDED = new URL('milliseconds.json', import.meta.url)
const ROUNDS = 3

/** As deployed. */
const SETTINGS = { leaseSeconds: 300 }

export async function measureCosts(): Promise<Measured> {
  const engine = await startEngine()
  try {
    return await measure(() => engine.world(SETTINGS))
  } finally {
    await engine.stop()
  }
}

export const readRecorded = async (): Promise<Recorded> =>
  JSON.parse(await readFile(RECORDED, 'utf8')) as Recorded

/** `npm run bench -- cost`: measures and prints; with `write`, records the times and brings the page up to date. */
export async function runCosts(write: boolean): Promise<unknown> {
  const rounds: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measureCosts())
  const recorded: Recorded = {
    measured: new Date().toISOString().slice(0, 7),
    machine: `${cpus().length} shared cores`,
    milliseconds: millisecondsOf(rounds),
  }
  const text = renderCosts(rounds[0]!, recorded)
  console.log(text)
  if (write) {
    await writeFile(RECORDED, `${JSON.stringify(recorded, undefined, 2)}\n`)
    await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text))
  }
  return recorded
}

function millisecondsOf(rounds: readonly Measured[]): Record<string, number> {
  const times = new Map<string, number[]>()
  for (const { pulled, dispatched, single } of rounds)
    for (const meter of [pulled, dispatched, single])
      for (const [name, usages] of meter.usages)
        times.set(name, [...(times.get(name) ?? []), ...usages.map(({ ms }) => ms)])
  return Object.fromEntries([...times].map(([name, all]) => [name, Number(median(all).toFixed(1))]))
}
