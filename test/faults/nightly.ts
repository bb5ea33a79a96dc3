/**
 * `npm run test:faults [FIRST] [COUNT]`: many more schedules than with every `npm test`, 10,000 from seed 1 unless told otherwise,
 * shared among the cores. For a nightly job; a failing seed is printed with the line that plays it again.
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
    const child = spawn('npx', ['vitest', 'run', 'test/faults/simulation.test.ts'], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CHIMNEY_FIRST_SEED: String(from), CHIMNEY_SCHEDULES: String(many) },
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })

const codes = await Promise.all(Array.from({ length: shares }, (_, share) => play(share)))
process.exit(Math.max(...codes))
