/** Files of examples/fleets parse, and their READMEs name what is in them. Validators run at night, see .github/workflows/nightly.yml. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSweepConfig } from '@chimney/core/schema/parse-sweep-config'
import { parseYaml } from '@chimney/core/schema/yaml'
import { expect, it } from 'vitest'
import { ROOT, readPage } from './markdown.ts'

const FLEETS = join(ROOT, 'examples/fleets')
const read = (path: string) => readFileSync(join(FLEETS, path), 'utf8')
const files = readdirSync(FLEETS, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(FLEETS, path)).isFile())
  .sort()
const folders = readdirSync(FLEETS)
const endsWith = (...ends: string[]) => files.filter((path) => ends.some((end) => path.endsWith(end)))
const readmeOf = (folder: string) =>
  readPage(`examples/fleets/${folder}/README.md`, read(`${folder}/README.md`))
const textOf = (folder: string) =>
  files
    .filter((path) => path.startsWith(`${folder}/`) && !path.endsWith('.md'))
    .map(read)
    .join('\n')

it.each(endsWith('.yaml', '.yml').filter((path) => !path.includes('/templates/')))(
  '%s is YAML without repeated keys',
  (path) => {
    for (const text of read(path).split(/^---$/m)) expect(() => parseYaml(text)).not.toThrow()
  },
)

it.each(endsWith('.json'))('%s is JSON', (path) => {
  expect(() => JSON.parse(read(path))).not.toThrow()
})

it.each(endsWith('.sh', '.sbatch'))('%s is a shell script', (path) => {
  expect(read(path)).toMatch(/^#!/)
  expect(() => execFileSync('bash', ['-n', join(FLEETS, path)])).not.toThrow()
})

it('the config of the checkpoint example is a sweep config', () => {
  expect(parseSweepConfig(read('checkpoint/sweep.yaml')).warnings).toEqual([])
})

it.each(folders)('%s has a README of one screen that names each of its files', (folder) => {
  const text = read(`${folder}/README.md`)
  expect(text.split('\n').length).toBeLessThanOrEqual(60)
  const own = readdirSync(join(FLEETS, folder)).filter((name) => name !== 'README.md')
  // By its name or in a phrase such as "the three files".
  expect(own.filter((name) => !text.includes(name.replace(/\/$/, '')))).toEqual([])
})

it.each(folders)('the README of %s links to files that exist and names variables of its files', (folder) => {
  const page = readmeOf(folder)
  const targets = page.links.map((link) => join(dirname(join(ROOT, page.path)), link.replace(/#.*/, '')))
  expect(targets.filter((path) => !existsSync(path))).toEqual([])
  const NAME = /^[A-Z][A-Z0-9_]{2,}$/
  const inTables = page.code.flatMap((code) => code.split('=')[0]!).filter((name) => NAME.test(name))
  const inCommands = page.blocks.flatMap(({ code }) =>
    [...code.matchAll(/(?:^|[\s,])([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!),
  )
  const text = textOf(folder)
  const unknown = [...inTables, ...inCommands].filter((name) => !OTHERS.has(name) && !text.includes(name))
  expect(unknown).toEqual([])
})

/** Read by an agent, by W&B's client, by the program or by a scheduler, not by the files. */
const OTHERS = new Set([
  'AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS',
  'AWS_BATCH_JOB_NODE_INDEX',
  'CHIMNEY_API_KEY',
  'CHIMNEY_ATTEMPT',
  'CHIMNEY_URL',
  'CUDA_VISIBLE_DEVICES',
  'ECS_CONTAINER_STOP_TIMEOUT',
  'RAY_JOB_STOP_WAIT_TIME_S',
  'WANDB_API_KEY',
  'WANDB_BASE_URL',
  'WANDB_RUN_ID',
])

it('docs/fleets.md leads to each folder', () => {
  const page = readPage('docs/fleets.md', readFileSync(join(ROOT, 'docs/fleets.md'), 'utf8'))
  const missing = folders.filter((name) => !page.links.includes(`../examples/fleets/${name}/README.md`))
  expect(missing).toEqual([])
})

it('what stops an agent leaves it the time to hand its trial back', () => {
  const seconds = [
    ...['kubernetes/job.yaml', 'kubernetes/deployment.yaml'].map(
      (path) => /terminationGracePeriodSeconds: (\d+)/.exec(read(path))?.[1],
    ),
    /graceSeconds: (\d+)/.exec(read('kubernetes/chart/values.yaml'))?.[1],
    /TimeoutStopSec=(\d+)/.exec(read('ec2-spot/sweep-agent.service'))?.[1],
    /--signal=B:TERM@(\d+)/.exec(read('slurm/agents.sbatch'))?.[1],
    /--kill-after=(\d+)/.exec(read('github-actions/sweep.yml'))?.[1],
  ]
  for (const value of seconds) expect(Number(value)).toBeGreaterThanOrEqual(45)
})
