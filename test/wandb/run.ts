/**
 * Runs the real client against `npm start`: every flow with the newest version, the core flows with the older ones. Prints a
 * table, writes it into docs/wandb.md, and ends with the number of flows that passed. Arguments choose flows by words of
 * their titles; then the table is only printed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientOf, prepare } from './client.ts'
import { type CoreState, FLOWS } from './flows.ts'
import { type Server, startServer } from './server.ts'

const VERSIONS = ['0.31.0', '0.22.3', '0.19.11', '0.16.6']
const NEWEST = VERSIONS[0]!
const DOC = fileURLToPath(new URL('../../docs/wandb.md', import.meta.url))
/** Longer than the 30 s between two signs of life of a silent run; short, so that a killed agent's trial soon goes on. */
const LEASE_SECONDS = 45

type Outcome = 'works' | 'fails' | 'not tried'
const outcomes = new Map<string, Outcome>()
const key = (title: string, version: string): string => `${title} ${version}`

async function main(): Promise<number> {
  const words = process.argv.slice(2)
  const chosen = (title: string) => words.length === 0 || words.some((word) => title.includes(word))
  const folder = mkdtempSync(join(tmpdir(), 'chimney-wandb-'))
  let passed = 0
  let failed = 0
  let server: Server | undefined
  try {
    const running = await startServer(join(folder, 'data'), LEASE_SECONDS)
    server = running
    for (const version of process.env.CHIMNEY_WANDB_VERSIONS?.split(',') ?? VERSIONS) {
      await prepare(version)
      const state: CoreState = {}
      for (const flow of FLOWS) {
        if (!(flow.core || version === NEWEST) || !chosen(flow.title)) continue
        const began = Date.now()
        const client = clientOf(running, version, mkdtempSync(join(folder, 'flow-')))
        try {
          await flow.run(running, client, state)
          outcomes.set(key(flow.title, version), 'works')
          passed++
          console.log(`ok    ${version}  ${flow.title} (${seconds(began)} s)`)
        } catch (error) {
          outcomes.set(key(flow.title, version), 'fails')
          failed++
          console.log(
            `FAILS ${version}  ${flow.title} (${seconds(began)} s)\n${error instanceof Error ? error.message : error}`,
          )
        }
      }
    }
  } finally {
    await server?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`\n${table()}`)
  if (words.length === 0) writeTable()
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}

const seconds = (began: number): string => ((Date.now() - began) / 1000).toFixed(0)

function table(): string {
  const cell = (title: string, version: string) => outcomes.get(key(title, version)) ?? 'not tried'
  return [
    `| Flow | ${VERSIONS.join(' | ')} |`,
    `|---|${VERSIONS.map(() => '---|').join('')}`,
    ...FLOWS.map(
      ({ title }) => `| ${title} | ${VERSIONS.map((version) => cell(title, version)).join(' | ')} |`,
    ),
    '',
  ].join('\n')
}

const BEGIN = '<!-- table: written by npm run test:wandb -->'
const END = '<!-- end of table -->'

function writeTable(): void {
  const text = readFileSync(DOC, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${DOC} has lost the marks of its table`)
  writeFileSync(DOC, `${text.slice(0, from + BEGIN.length)}\n\n${table()}\n${text.slice(to)}`)
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    console.log('0 passed, 1 failed')
    process.exit(1)
  },
)
