import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32c, masked } from '@chimney/core/leveldb/crc32c'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { fakeServer, type Reply, type Seen } from '../fake-server.ts'
import { screenOf } from '../fake-terminal.ts'
import type { Io } from './io.ts'
import { main } from './main.ts'

let folder: string
let close: (() => Promise<void>) | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chimney-test-'))
  for (const name of ['CHIMNEY_URL', 'CHIMNEY_API_KEY', 'CHIMNEY_ENTITY', 'CHIMNEY_PROJECT'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('XDG_CONFIG_HOME', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await close?.()
  close = undefined
  rmSync(folder, { recursive: true, force: true })
})

const time = '2026-01-01T00:00:00.000Z'
const trials = [
  {
    number: 1,
    run: 'r1',
    params: { lr: 0.1 },
    state: 'finished',
    value: 0.9,
    attempt: 1,
    created_at: time,
    updated_at: time,
  },
  {
    number: 2,
    run: 'r2',
    params: { lr: 0.2 },
    state: 'failed',
    reason: '=cmd()',
    attempt: 1,
    created_at: time,
    updated_at: time,
  },
]
const FINDINGS = [
  {
    code: 'metric-missing',
    severity: 'error',
    message: '2 trials finished without acc; they logged accuracy',
    evidence: { trials: [1, 2], keys: ['accuracy'], numbers: { finished: 2, without: 2 } },
    fix: 'log acc',
  },
  {
    code: 'other',
    severity: 'remark',
    message: 'a remark',
    evidence: { trials: [], keys: [], numbers: {} },
    fix: 'nothing',
  },
]
const sweepBody = (more: object = {}) => ({
  path: 'acme/digits/s1',
  state: 'running',
  metric: { name: 'acc', goal: 'maximize' },
  limit: 2,
  config: {},
  trials: { handed_out: 2, open: 0, finished: 1, stopped: 0, failed: 1, killed: 0, crashed: 0 },
  best: { number: 1, run: 'r1', value: 0.9 },
  ...more,
})

const chimney = async (
  words: readonly string[],
  script: (seen: Seen, count: number) => Reply = () => ({ body: {} }),
  more: Partial<Io> = {},
) => {
  const server = await fakeServer(script)
  close = server.close
  vi.stubEnv('CHIMNEY_URL', server.url)
  vi.stubEnv('CHIMNEY_API_KEY', 'k'.repeat(40))
  vi.stubEnv('CHIMNEY_ENTITY', 'acme')
  let out = ''
  let err = ''
  const code = await main(words, {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    isTty: false,
    columns: () => 80,
    env: process.env,
    readStdin: async () => '',
    askSecret: async () => undefined,
    ...more,
  })
  return { code, out, err, seen: server.seen, url: server.url }
}

describe('chimney', () => {
  it.each([
    { title: 'an unknown command', words: ['dance'], says: "unknown command 'dance'" },
    { title: 'a missing argument', words: ['watch'], says: "missing required argument 'sweep'" },
    { title: 'an extra argument', words: ['best', 'a/b/c', 'd'], says: 'too many arguments' },
    { title: 'an unknown option', words: ['best', 'a/b/c', '--fast'], says: '--fast' },
    {
      title: 'an invalid number',
      words: ['agent', 'a/b/c', '--count', '0'],
      says: 'It must be an integer ≥ 1.',
    },
    { title: 'a parameter without a value', words: ['enqueue', 'a/b/c', 'lr'], says: 'lr=VALUE' },
    {
      title: 'a parameter that is given twice',
      words: ['enqueue', 'a/b/c', 'opt=1', 'opt.lr=2'],
      says: 'opt.lr',
    },
    {
      title: 'parameters that are no object',
      words: ['enqueue', 'a/b/c', '--params', '[1]'],
      says: 'JSON object',
    },
    { title: 'a path without a project', words: ['best', 's1'], says: 'CHIMNEY_PROJECT' },
    {
      title: 'a file that is not there',
      words: ['sweep', '/nowhere.yaml'],
      says: 'cannot read /nowhere.yaml',
    },
  ])('exits with 2 and a fix after $title', async ({ words, says }) => {
    const { code, out, err } = await chimney(words, () => ({
      body: sweepBody({ config: { program: 'x.py' } }),
    }))
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(says)
  })

  it.each([
    'sweep',
    'agent',
    'watch',
    'runs',
    'best',
    'enqueue',
    'pause',
    'resume',
    'stop',
    'cancel',
    'export',
    'import',
    'login',
    'keys',
    'entities',
  ])('explains %s with an example', async (name) => {
    const { code, out } = await chimney([name, '--help'])
    expect(code).toBe(0)
    expect(out).toContain(`Usage: chimney ${name}`)
    expect(out.split('Examples:')[1]).toContain(`chimney ${name}`)
  })

  it('enqueues values as JSON or text, in groups by their dots', async () => {
    const { code, out, seen } = await chimney(
      [
        'enqueue',
        'digits/s1',
        'opt.lr=0.1',
        'opt.name=adam',
        'flag=true',
        'as_text="1"',
        '--params',
        '{"opt":{"mom":0.9}}',
      ],
      () => ({ status: 201, body: { number: 7, run: 's1-7' } }),
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Trial #7 (run s1-7) is enqueued. The next free agent runs it.\n',
    })
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/v1/acme/digits/sweeps/s1/enqueue' })
    expect(JSON.parse(seen[0]!.text)).toEqual({
      params: { opt: { lr: 0.1, name: 'adam', mom: 0.9 }, flag: true, as_text: '1' },
    })
  })

  it('exits with 1 and the message of the server when it rejects the request', async () => {
    const refusal = {
      status: 404,
      body: { code: 'not-found', title: 'x', detail: 'there is no sweep acme/digits/s1', status: 404 },
    }
    expect(await chimney(['runs', 'digits/s1'], () => refusal)).toMatchObject({
      code: 1,
      out: '',
      err: 'chimney: there is no sweep acme/digits/s1\n',
    })
  })
})

describe('chimney completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    expect((await chimney(['completion', shell])).code).toBe(0)
    expect(log.mock.calls.flat().join('\n')).toContain('chimney complete -- ')
    log.mockRestore()
  })

  it('completes commands and options', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const complete = async (...words: string[]) => {
      log.mockClear()
      await chimney(['complete', '--', ...words])
      return log.mock.calls.flat().join('\n')
    }
    expect(await complete('wa')).toMatch(/^watch\t/m)
    expect(await complete('runs', '--st')).toMatch(/^--state\t/m)
    expect(await complete('keys', 'ro')).toMatch(/^rotate\t/m)
    log.mockRestore()
  })
})

describe('colors', () => {
  it('are used in help and tables only when the terminal has them', async () => {
    const plain = await chimney(['--help'])
    const colored = await chimney(['--help'], undefined, { hasColors: true })
    expect(plain.out).not.toContain('\x1b')
    expect(colored.out).toContain('\x1b[1mUsage:')
  })
})

describe('chimney sweep', () => {
  const file = () => {
    const path = join(folder, 'sweep.yaml')
    writeFileSync(path, 'project: digits\nmethod: random\n')
    return path
  }
  const created = { id: 's1', path: 'acme/digits/s1', url: 'http://x/s1', warnings: [] }
  it.each([
    { title: 'a program', config: { program: 'train.py' }, says: /agent +chimney agent acme\/digits\/s1/ },
    { title: 'neither a program nor a command', config: {}, says: /has no "program"/ },
    {
      title: 'an agent function',
      config: { dispatch: { agent: 'digits' } },
      says: /agent function "digits"/,
    },
  ])('prints how to run trials of a config with $title', async ({ config, says }) => {
    const { out } = await chimney(['sweep', file()], ({ method }) =>
      method === 'POST' ? { status: 201, body: created } : { body: sweepBody({ config }) },
    )
    expect(out).toMatch(says)
    if (!('program' in config)) expect(out).not.toContain('chimney agent acme')
  })

  it('sends the file unchanged and prints the next commands', async () => {
    const file = join(folder, 'sweep.yaml')
    writeFileSync(file, 'project: digits\nmethod: random # x\n')
    const created = { id: 's1', path: 'acme/digits/s1', url: 'http://x/s1', warnings: ['launch is ignored'] }
    const script = ({ method }: Seen): Reply =>
      method === 'POST'
        ? { status: 201, body: created }
        : { body: sweepBody({ config: { program: 'train.py' } }) }
    const { code, out, err, seen } = await chimney(['sweep', file], script)
    expect(code).toBe(0)
    expect(seen[0]).toMatchObject({ path: '/v1/acme/digits/sweeps', text: readFileSync(file, 'utf8') })
    expect(out).toContain('chimney agent acme/digits/s1')
    expect(err).toBe('warning: launch is ignored\n')
    const json = await chimney(['sweep', file, '--json', '-p', 'other'], () => ({
      status: 201,
      body: created,
    }))
    expect(JSON.parse(json.out)).toEqual(created)
    expect(json.seen[0]?.path).toBe('/v1/acme/other/sweeps')
  })
})

describe('reading commands', () => {
  const script = ({ path }: Seen): Reply =>
    path.includes('/trials')
      ? { body: path.includes('cursor') ? { items: [trials[1]] } : { items: [trials[0]], next_cursor: 'c' } }
      : path.endsWith('/best')
        ? { body: trials[0] }
        : { body: sweepBody() }

  it('runs lists all pages', async () => {
    const { out } = await chimney(['runs', 'digits/s1'], script)
    expect(out).toMatch(/1 {2}0\.1 {2}0\.9 {2}finished/)
    expect(out).toContain('failed')
    expect(JSON.parse((await chimney(['runs', 'digits/s1', '--json'], script)).out)).toEqual(trials)
  })

  it('best shows the parameters', async () => {
    expect((await chimney(['best', 'digits/s1'], script)).out).toBe('Trial #1 (run r1), acc 0.9\n  lr: 0.1\n')
  })

  it('best exits with 1 without a best trial', async () => {
    const none = ({ path }: Seen): Reply =>
      path.endsWith('/best')
        ? { status: 404, body: { code: 'no-best-yet', title: 'x', detail: 'none', status: 404 } }
        : { body: sweepBody() }
    const answer = await chimney(['best', 'digits/s1', '--json'], none)
    expect(answer).toMatchObject({ code: 1, out: 'null\n', err: 'chimney: none\n' })
  })

  it('export --to a missing folder is one sentence', async () => {
    const { code, err } = await chimney(['export', 'digits', '--to', join(folder, 'none', 'x.backup')])
    expect(code).toBe(2)
    expect(err).toMatch(/^chimney: cannot write .*: .*none is not a folder; create it first\n/)
    expect(err).not.toContain('    at ')
  })

  it('export of a missing project fails and writes no file', async () => {
    const to = join(folder, 'x.backup')
    const { code, err } = await chimney(['export', 'nowhere', '--to', to], ({ path }) =>
      path.endsWith('/backup') ? { body: { version: 1, items: [] } } : { body: { items: [] } },
    )
    expect(code).toBe(1)
    expect(err).toBe('chimney: project acme/nowhere does not exist; check the name\n')
    expect(existsSync(to)).toBe(false)
  })

  it('export writes CSV and JSON', async () => {
    const { out } = await chimney(['export', 'digits/s1'], script)
    expect(out.split('\r\n')[0]).toBe(
      'number,run,state,value,attempt,rung,reason,agent,created_at,updated_at,params.lr',
    )
    expect(out).toContain("'=cmd()")
    expect(JSON.parse((await chimney(['export', 'digits/s1', '--format', 'json'], script)).out)).toEqual(
      trials,
    )
  })

  it('watch prints one line per ended trial and ends with the sweep', async () => {
    const { code, out } = await chimney(['watch', 'digits/s1'], () => ({
      body: { cursor: '2.1', sweep: sweepBody({ state: 'finished' }), trials },
    }))
    expect(code).toBe(0)
    expect(out).toContain('#1 finished acc 0.9  lr=0.1\n')
    expect(out).toContain('2/2 trials · 1 failed · best acc 0.9 (#1) · finished')
    expect(out).not.toContain('\x1b')
  })

  it('watch prints what is wrong once, and goes on where the service cannot say it', async () => {
    const watch = (answer: Reply) =>
      chimney(['watch', 'digits/s1'], ({ path }) =>
        path.endsWith('/diagnosis')
          ? answer
          : { body: { cursor: '2.1', sweep: sweepBody({ state: 'finished' }), trials } },
      )
    const { out } = await watch({ body: { findings: FINDINGS, trials: 2, at: time } })
    expect(out.match(/✗ 2 trials finished without acc; they logged accuracy; log acc\n/g)).toHaveLength(1)
    expect(out).not.toContain('a remark')
    expect((await watch({ status: 404, body: {} })).out).not.toContain('✗')
  })

  it('doctor lists what is wrong with a sweep, and exits with 1 for an error', async () => {
    const doctor = (findings: readonly unknown[], ...words: string[]) =>
      chimney(['doctor', 'digits/s1', ...words], () => ({ body: { findings, trials: 2, at: time } }))
    expect(await doctor(FINDINGS)).toMatchObject({
      code: 1,
      out: [
        '✗ 2 trials finished without acc; they logged accuracy (metric-missing)',
        '    evidence: trials 1, 2 · accuracy · finished 2 · without 2',
        '    fix: log acc',
        '- a remark (other)',
        '    evidence: the config',
        '    fix: nothing',
        '',
      ].join('\n'),
    })
    expect((await doctor(FINDINGS.slice(1))).code).toBe(0)
    expect((await doctor([])).out).toBe('✓ nothing found in 2 trials of digits/s1\n')
    expect(JSON.parse((await doctor(FINDINGS, '--json')).out)).toMatchObject({ findings: FINDINGS })
  })

  it('doctor verifies the tables of a data folder without a server', async () => {
    const doctor = (...words: string[]) => chimney(['doctor', '--data', folder, ...words])
    expect((await doctor()).err).toContain(`${folder} is no data folder`)
    const tables = join(folder, 'dynamodb')
    mkdirSync(tables)
    writeFileSync(join(tables, 'CURRENT'), 'MANIFEST-000001')
    // A record of one byte: checksum, length, type, content.
    const record = Buffer.from([0, 0, 0, 0, 1, 0, 1, 0x61])
    record.writeUInt32LE(masked(crc32c(record.subarray(6))))
    writeFileSync(join(tables, '000003.log'), record)
    expect(await doctor()).toMatchObject({
      code: 0,
      out: `✓ tables: 1 files in ${tables} have the right checksums\n`,
    })
    record[7] = 0x62
    writeFileSync(join(tables, '000003.log'), record)
    const damaged = await doctor()
    expect(damaged.code).toBe(1)
    expect(damaged.out).toContain('✗ 000003.log: the record at byte 0 has a wrong checksum\n')
    expect(damaged.out).toContain('restore the whole folder from a copy')
    expect(JSON.parse((await doctor('--json')).out).files).toHaveLength(1)
    expect((await doctor('digits/s1')).code).toBe(2)
  })

  it('watch replaces its lines on a terminal, none wider than the terminal', async () => {
    const wide = {
      ...trials[1],
      number: 3,
      state: 'running',
      params: { text: 'x'.repeat(200) },
      reason: undefined,
    }
    let count = 0
    const { out } = await chimney(
      ['watch', 'digits/s1'],
      ({ path }) => {
        if (path.endsWith('/diagnosis')) return { body: { findings: FINDINGS, trials: 2, at: time } }
        count++
        return {
          body: {
            cursor: `${count}.1`,
            sweep: sweepBody({ state: 'finished' }),
            trials: count === 1 ? [trials[0]] : count === 2 ? [wide] : [],
          },
        }
      },
      { isTty: true, columns: () => 60 },
    )
    const lines = await screenOf(out, 60)
    expect(lines).toEqual([
      '#1 finished acc 0.9  lr=0.1',
      '2/2 trials · 1 failed · best acc 0.9 (#1) · finished',
      expect.stringMatching(/^ {2}#3 running {2}text=x+…$/),
      expect.stringMatching(/^✗ 2 trials finished without acc; they logged accuracy; .*…$/),
    ])
    for (const line of lines) expect([...line].length).toBeLessThan(60)
  })

  it.each([
    ['pause', 'paused'],
    ['resume', 'running'],
    ['stop', 'finished'],
    ['cancel', 'cancelled'],
  ])('%s requests the state %s', async (name, state) => {
    const { seen } = await chimney([name, 'digits/s1'], () => ({ body: sweepBody() }))
    expect(seen[0]).toMatchObject({ method: 'PATCH', text: JSON.stringify({ state }) })
  })
})

describe('chimney login', () => {
  it('stores a valid key with mode 0600 and never prints it', async () => {
    const { out, err, seen, url } = await chimney(['login'], () => ({ body: { entity: 'acme', key: null } }))
    const file = join(folder, 'chimney', 'login.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ url, key: 'k'.repeat(40), entity: 'acme' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(out + err).not.toContain('kkkk')
    expect(seen[0]?.path).toBe('/v1/viewer')
  })

  it('stores nothing when the key is rejected', async () => {
    const { code, err } = await chimney(['login'], () => ({ status: 401 }))
    expect(code).toBe(1)
    expect(err).toContain('CHIMNEY_API_KEY')
    expect(existsSync(join(folder, 'chimney', 'login.json'))).toBe(false)
  })

  it('sends the stored key only to its server', async () => {
    await chimney(['login'], () => ({ body: { entity: 'acme', key: null } }))
    await close?.()
    const server = await fakeServer(() => ({ body: { items: [] } }))
    close = server.close
    vi.stubEnv('CHIMNEY_API_KEY', undefined)
    await main(['keys', 'list', '--url', server.url], {
      out: () => {},
      err: () => {},
      isTty: false,
      columns: () => 80,
      env: process.env,
      readStdin: async () => '',
      askSecret: async () => undefined,
    })
    expect(server.seen[0]?.headers.authorization).toBeUndefined()
  })
})

describe('chimney agent', () => {
  /** A sweep of one trial, which runs `source` under node. */
  const drive = (source: string, stopAfter = Number.POSITIVE_INFINITY) => {
    const program = join(folder, 'train.mjs')
    writeFileSync(program, source)
    chmodSync(program, 0o755)
    let given = 0
    let points = 0
    return chimney(['agent', 'digits/s1'], ({ path, text }) => {
      if (path.endsWith('/sweeps/s1')) return { body: sweepBody({ config: { program } }) }
      if (path.endsWith('/trials'))
        return given++ === 0
          ? {
              status: 201,
              body: {
                trials: [
                  {
                    number: 1,
                    run: 'r1',
                    run_path: 'acme/digits/r1',
                    params: { lr: 0.5 },
                    attempt: 3,
                    lease_until: time,
                  },
                ],
              },
            }
          : { status: 409, body: { code: 'sweep-finished', title: 'x', detail: 'done', status: 409 } }
      if (path.endsWith('/metrics')) {
        points += (JSON.parse(text) as { points: unknown[] }).points.length
        return { body: { accepted: 1, stop: points >= stopAfter, reason: 'hyperband: rung 1' } }
      }
      if (path.endsWith('/finish')) return { body: { state: 'finished', kept: true } }
      return { body: { stop: false, lease_until: null } }
    })
  }
  const bodiesOf = (seen: readonly Seen[], tail: string) =>
    seen
      .filter(({ path }) => path.endsWith(tail))
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>)

  it('passes parameters, reports metric lines, prints other lines, and reports the end', async () => {
    const { code, out, seen, url } = await drive(`
      console.log('hello', process.argv.slice(2).join(' '), process.env.CHIMNEY_PARAMS, process.env.CHIMNEY_RUN)
      console.log(process.env.WANDB_RUN_ID, process.env.CHIMNEY_URL)
      console.log('::metric {"loss": 0.5, "step": 4}')
      console.log('::metric {"loss": 0.25}')`)
    expect(code).toBe(0)
    expect(out).toBe(`hello --lr=0.5 {"lr":0.5} acme/digits/r1\nr1 ${url}\n`)
    const points = bodiesOf(seen, '/metrics').flatMap(
      ({ points }) => points as { step: number; values: unknown }[],
    )
    expect(points).toMatchObject([
      { step: 4, values: { loss: 0.5 } },
      { step: 5, values: { loss: 0.25 } },
    ])
    expect(bodiesOf(seen, '/finish')).toEqual([{ state: 'finished', attempt: 3 }])
  })

  it('reports a failure with its exit code and the last error line', async () => {
    const { seen } = await drive(`console.error('boom'); process.exit(7)`)
    expect(bodiesOf(seen, '/finish')).toEqual([
      { state: 'failed', exit_code: 7, reason: 'exit code 7: boom', attempt: 3 },
    ])
  })

  it('ends the program when the server requests a stop', async () => {
    const { seen } = await drive(`console.log('::metric {"loss": 1}'); setInterval(() => {}, 1000)`, 1)
    expect(bodiesOf(seen, '/finish')).toEqual([{ state: 'stopped', reason: 'hyperband: rung 1', attempt: 3 }])
  })
})
