import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import type { startDynamo } from '@chimney/local/tables/embedded-dynamo'
import { startEngine } from '../../flow/world.ts'
import { withMeasured } from '../markers.ts'
import type { BenchOptions } from '../options.ts'
import { median } from '../statistics.ts'
import { type Measured, measure } from './extrapolate.ts'
import { figuresOf } from './figures.ts'
import { type Recorded, renderCosts } from './page.ts'

const PAGE = new URL('../../../docs/costs.md', import.meta.url)
const FIGURES = new URL('../../../packages/sdk/src/cost/figures.json', import.meta.url)
const RECORDED = new URL('recorded.json', import.meta.url)
/** Only the times of the last round count: by then the process is as warm as a function after some hundred calls. */
const ROUNDS = 5

/** The deployed default. */
const SETTINGS = { leaseSeconds: 300 }

export async function measureCosts(start?: typeof startDynamo): Promise<Measured> {
  const engine = await startEngine(start)
  try {
    return await measure(() => engine.world(SETTINGS))
  } finally {
    await engine.stop()
  }
}

/** The emulator in its own process, so that its CPU time is not counted. Units do not depend on where it runs. */
async function startInOwnProcess(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const child = fork(new URL('emulator.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  const [endpoint] = (await once(child, 'message')) as [string]
  return {
    endpoint,
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

export const readRecorded = async (): Promise<Recorded> =>
  JSON.parse(await readFile(RECORDED, 'utf8')) as Recorded

/**
 * `npm run bench -- cost`: measures and prints; `write` updates the page. CPU times are the recorded ones, so that a busy machine
 * does not change the page; `times` measures them again.
 */
export async function runCosts({ write, times }: BenchOptions): Promise<unknown> {
  const measured = await measureCosts()
  const recorded = times ? await measureTimes() : await readRecorded()
  const text = renderCosts(measured, recorded)
  console.log(text)
  if (write) {
    await writeFile(FIGURES, `${JSON.stringify(figuresOf(measured, recorded.milliseconds), undefined, 2)}\n`)
    await writeFile(RECORDED, `${JSON.stringify(recorded, undefined, 2)}\n`)
    await writeFile(PAGE, withMeasured(await readFile(PAGE, 'utf8'), text))
  }
  return recorded
}

async function measureTimes(): Promise<Recorded> {
  let measured = await measureCosts(startInOwnProcess)
  for (let round = 1; round < ROUNDS; round++) measured = await measureCosts(startInOwnProcess)
  return {
    measured: new Date().toISOString().slice(0, 7),
    machine: `${cpus().length} shared cores`,
    milliseconds: millisecondsOf(measured),
  }
}

function millisecondsOf({ pulled, dispatched, single }: Measured): Record<string, number> {
  const times = new Map<string, number[]>()
  for (const { usages } of [pulled, dispatched, single])
    for (const [name, some] of usages)
      times.set(name, [...(times.get(name) ?? []), ...some.map(({ cpuMs }) => cpuMs)])
  return Object.fromEntries([...times].map(([name, all]) => [name, Number(median(all).toFixed(1))]))
}
