/** The packed SDK, installed into an empty TypeScript project outside of the repository. Needs the npm registry. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { startCloud } from '@chimney/local/cloud'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import repository from '../../package.json' with { type: 'json' }
import { runtimes } from './runtimes.ts'

const DIST = resolve('packages/sdk/dist')
const run = promisify(execFile)

let cloud: Awaited<ReturnType<typeof startCloud>>
let project: string
let tarball: string
beforeAll(async () => {
  await run('npm', ['run', 'build', '--workspace', 'packages/sdk'])
  project = mkdtempSync(join(tmpdir(), 'chimney-package-'))
  const packed = await run('npm', ['pack', DIST, '--json', '--pack-destination', project])
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }]
  tarball = join(project, filename)
  cpSync('test/package/project', project, { recursive: true })
  const { typescript, '@types/node': nodeTypes } = repository.devDependencies
  const dependencies = {
    '@chimney/sdk': `file:${filename}`,
    '@types/node': nodeTypes,
    typescript,
    ...Object.fromEntries(runtimes.flatMap(({ dependency }) => (dependency ? [dependency] : []))),
  }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: project })
  await run('node_modules/.bin/tsc', [], { cwd: project })
  cloud = await startCloud({ port: 0, agents: [], reconcileEveryMs: 0 })
})
afterAll(async () => {
  await cloud?.stop()
  rmSync(project, { recursive: true, force: true })
})

it('passes publint', async () => {
  const { messages, pkg } = await publint({ pkgDir: DIST, strict: true })
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
})

it('passes Are the Types Wrong', async () => {
  // The command exits with 1 on a problem.
  const { stdout } = await run(resolve('node_modules/.bin/attw'), [
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-color',
  ])
  expect(stdout).toContain('"@chimney/sdk"\n\nnode16 (from ESM): 🟢 (ESM)')
})

it('contains the licence, the documents and no private package', () => {
  const installed = join(project, 'node_modules/@chimney/sdk')
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md'])
    expect(readFileSync(join(installed, file), 'utf8').length).toBeGreaterThan(100)
  expect(readFileSync(join(installed, 'package.json'), 'utf8')).not.toMatch(/@chimney\/core|"private"/)
})

it('installs at most 80 MB, with the service and its pages', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'chimney-alone-'))
  writeFileSync(
    join(alone, 'package.json'),
    JSON.stringify({ private: true, dependencies: { '@chimney/sdk': `file:${tarball}` } }),
  )
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: alone })
  const { stdout } = await run('du', ['--summarize', '--block-size=1M', 'node_modules'], { cwd: alone })
  expect(Number.parseInt(stdout, 10)).toBeLessThanOrEqual(80)
  rmSync(alone, { recursive: true })
})

describe.each(runtimes)('on $name', ({ command }) => {
  const start = async (...args: string[]) => {
    const { url, key, entity } = cloud
    const env = { ...process.env, CHIMNEY_URL: url, CHIMNEY_API_KEY: key, CHIMNEY_ENTITY: entity }
    return (await run(resolve(project, command), args, { cwd: project, env })).stdout
  }

  it('runs a sweep with the SDK', async () => {
    expect(JSON.parse(await start('out/sweep.js'))).toEqual({
      finished: 2,
      params: { lr: 0.1 },
      value: expect.closeTo(0.1 / 3, 9),
      missing: 'sweep-not-found',
    })
  })

  it('runs a sweep with the command', async () => {
    const chimney = (...args: string[]) => start('node_modules/.bin/chimney', ...args)
    writeFileSync(
      join(project, 'sweep.yaml'),
      'project: packed\nmethod: grid\nmetric: {name: loss}\nprogram: train.mjs\nparameters: {lr: {values: [1, 2]}}\n',
    )
    const { path } = JSON.parse(await chimney('sweep', 'sweep.yaml', '--json')) as { path: string }
    await chimney('agent', path)
    expect(JSON.parse(await chimney('best', path, '--json'))).toMatchObject({ params: { lr: 1 }, value: 1 })
    expect(await chimney('watch', path)).toMatch(/2\/2 trials · best loss 1 \(#1\) · finished/)
    expect(await chimney('export', path)).toMatch(/^number,run,state,value.*,params\.lr\r\n/)
  })

  it('starts the service, which serves its pages and runs a trial', async () => {
    const data = mkdtempSync(join(tmpdir(), 'chimney-up-'))
    const startedAt = performance.now()
    const service = spawn(
      resolve(project, command),
      ['node_modules/.bin/chimney', 'up', '--port', '0', '--data', join(data, 'new')],
      { cwd: project, env: { PATH: process.env.PATH, HOME: data } },
    )
    try {
      let output = ''
      for await (const chunk of service.stdout) {
        output += chunk
        if (output.includes('Ctrl-C')) break
      }
      const [url = '', key = ''] = ['BASE_URL', 'API_KEY'].map(
        (name) => new RegExp(`WANDB_${name}=(\\S+)`).exec(output)?.[1],
      )
      const page = await fetch(url, { headers: { accept: 'text/html' } })
      expect(await page.text()).toContain('/assets/index-')
      const env = { ...process.env, CHIMNEY_URL: url, CHIMNEY_API_KEY: key }
      const chimney = async (...args: string[]) =>
        (await run(resolve(project, command), ['node_modules/.bin/chimney', ...args], { cwd: project, env }))
          .stdout
      writeFileSync(
        join(project, 'one.yaml'),
        'project: up\nmethod: random\nrun_cap: 1\nmetric: {name: loss}\nprogram: train.mjs\nparameters: {lr: {values: [1, 2]}}\n',
      )
      const { path } = JSON.parse(await chimney('sweep', 'one.yaml', '--json')) as { path: string }
      await chimney('agent', path)
      console.log(`first trial ${Math.round(performance.now() - startedAt)} ms after the command`)
      expect(JSON.parse(await chimney('best', path, '--json'))).toMatchObject({ number: 1 })
      service.kill('SIGTERM')
      expect(await once(service, 'exit')).toEqual([0, null])
    } finally {
      service.kill('SIGKILL')
      rmSync(data, { recursive: true, force: true })
    }
  })
})
