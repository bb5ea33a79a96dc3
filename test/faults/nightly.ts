/**
 * `npm run test:faults [FIRST] [COUNT]`: COUNT fault schedules from seed FIRST, by default 10,000 from 1, divided among the cores.
 * For a nightly job. It prints each failing seed with the command that repeats it.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const [first = '1', count = '10000'] = process.argv.slice(2)
const shares = Math.max(1, availableParallelism() - 1)
const each = Math.ceil(Number(count) / shares)

const play = (share: number) =>
  new Promise<number>((resolve) => {
    const from = Number(first) + share * each
    const many = Math.min(each, Number(first) + Number(count) - from)
    if (many <= 0) return resolve(0)
    console.log(`seeds ${from} to ${from + many - 1}`)
    const child = spawn('npx', ['vitest', 'run', '--project', 'service', 'test/faults/simulation.test.ts'], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CHIMNEY_FIRST_SEED: String(from), CHIMNEY_SCHEDULES: String(many) },
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })

const codes = await Promise.all(Array.from({ length: shares }, (_, share) => play(share)))
process.exit(Math.max(...codes))
