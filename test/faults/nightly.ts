/**
 * `npm run test:faults [FIRST] [COUNT]`: many more schedules than `npm test` runs, by default 10,000 from seed 1, split over the
 * cores. For a nightly job; for a failing seed it prints the command that runs it again.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const [first = '1', count = '10000'] = process.argv.slice(2)
const shares = Math.max(1, availableParallelism() - 1)
const each = Math.ceil(Number(count) / shares)

const runShare = (share: number) =>
  new Promise<number>((resolve) => {
    const from = Number(first) + share * each
    const size = Math.min(each, Number(first) + Number(count) - from)
    if (size <= 0) return resolve(0)
    console.log(`seeds ${from} to ${from + size - 1}`)
    const child = spawn('npx', ['vitest', 'run', 'test/faults/simulation.test.ts'], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CHIMNEY_FIRST_SEED: String(from), CHIMNEY_SCHEDULES: String(size) },
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })

const codes = await Promise.all(Array.from({ length: shares }, (_, share) => runShare(share)))
process.exit(Math.max(...codes))
