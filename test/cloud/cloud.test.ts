import { createHmac } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { trialToken } from '@chimney/server/queue/trial-token'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clientOf } from '../wandb/client.ts'
import { NEWEST, ok, printedValue, until } from '../wandb/flow.ts'
import { pages as openPages } from '../wandb/sweep-page.ts'
import { callApi } from './api-calls.ts'
import { type Deployment, deploy, KEY } from './deployment.ts'
import { type Right, refusedWithout, rightsOf } from './rights.ts'
import { chimney, serviceAt } from './service.ts'
import { workersOf } from './worker-calls.ts'

let deployment: Deployment
let service: ReturnType<typeof serviceAt>
let folder: string
const browser = openPages()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chimney-cloud-test-'))
  deployment = await deploy()
  service = serviceAt(deployment.plainUrl)
})
afterAll(async () => {
  await browser.close()
  await deployment?.stop()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => {
  // A role without a right that its function uses.
  const refused = deployment.refused()
  deployment.forgetRefused()
  expect(refused).toEqual([])
})

const wandb = () =>
  clientOf(deployment.url, KEY, NEWEST, mkdtempSync(join(folder, 'client-')), {
    REQUESTS_CA_BUNDLE: deployment.certificate,
    SSL_CERT_FILE: deployment.certificate,
  })
const repair = () => deployment.invoke(/^ReconcileHandler/)
const trialsPath = (project: string, sweep: string) => `/v1/local/${project}/sweeps/${sweep}/trials`
const stateOf = async (project: string, sweep: string) =>
  (await service.get(`/v1/local/${project}/sweeps/${sweep}`)).state

describe('the deployed stage', () => {
  it('passes `chimney doctor`', async () => {
    expect(await chimney(deployment, 'doctor')).toMatch(/✓ agent functions/)
  })

  it('trains the digits over SQS and agent functions', async () => {
    const { id } = await service.send('POST', '/v1/local/digits/sweeps', {
      method: 'bayes',
      metric: { name: 'val_acc', goal: 'maximize' },
      parameters: {
        batch_size: { value: 64 },
        epochs: { values: [4, 6] },
        lr: { distribution: 'log_uniform_values', min: 0.001, max: 0.1 },
      },
      early_terminate: { type: 'hyperband', min_iter: 2 },
      seed: 1,
      run_cap: 6,
      dispatch: { agent: 'digits', concurrency: 2 },
    })
    await until('the end of the sweep', 120, async () => (await stateOf('digits', id)) === 'finished')
    const { items } = await service.get(`${trialsPath('digits', id)}?limit=100`)
    expect(items.map(({ state }: { state: string }) => state)).toEqual(
      Array.from({ length: 6 }, () => expect.stringMatching(/^(finished|stopped)$/)),
    )
    expect((await service.get(`/v1/local/digits/sweeps/${id}/best`)).value).toBeGreaterThan(0.5)
  })

  it('runs the scripts of W&B’s tutorial, and its page shows them', async () => {
    const client = wandb()
    const output = ok(await client.run('python', ['tutorial_a.py'], 240, { COUNT: '3' }))
    const sweep = printedValue(output, 'SWEEP')
    const link = `${deployment.url}/local/my-first-sweep/sweeps/${sweep}`
    expect((await browser.readSweep(link, 3, KEY)).trials).toHaveLength(3)
    ok(await client.run('wandb', ['sweep', '--project', 'command', 'config.yaml'], 60))
    const [command] = (await service.get('/v1/local/command/sweeps')).items
    ok(await client.run('wandb', ['agent', '--count', '2', `local/command/${command.id}`], 240))
    const { items } = await service.get(trialsPath('command', command.id))
    expect(items.map(({ state }: { state: string }) => state)).toEqual(['finished', 'finished'])
  })

  it('keeps files and artifacts', async () => {
    ok(await wandb().run('python', ['media.py'], 300))
  })

  it('takes a file in several parts, and gives it back in ranges', async () => {
    printedValue(ok(await wandb().run('python', ['parts.py'], 120)), 'RESULT')
  })

  it('takes a long offline run whose client compresses, and says of another that its recording was cut', async () => {
    const client = wandb()
    const sync = async (run: string, env: Record<string, string>) => {
      ok(await client.run('python', ['offline_large.py', run], 300))
      const folder = readdirSync(join(client.folder, 'wandb')).find((name) => name.endsWith(`-${run}`))
      return client.run('wandb', ['sync', '--yes', join('wandb', String(folder))], 300, env)
    }
    ok(await sync('whole', { WANDB__FILE_STREAM_NO_GZIP: 'false' }))
    expect(await service.get('/v1/local/offline/runs/whole')).toMatchObject({
      state: 'finished',
      summary: { _step: 19_999, metric_0: 19_999 },
    })
    await sync('cut', {})
    expect(deployment.exchanges().filter(({ status }) => status === 413)).toHaveLength(1)
    await until('the note', 30, async () => {
      const { state, notes } = await service.get('/v1/local/offline/runs/cut')
      return state === 'crashed' && /^Recording cut/.test(notes)
    })
  })

  it('keeps pages of ended trials as files, written by the repair', async () => {
    const { id } = await service.send('POST', '/v1/local/grid/sweeps', {
      method: 'grid',
      metric: { name: 'loss', goal: 'minimize' },
      parameters: { x: { values: Array.from({ length: 1_100 }, (_, x) => x) } },
    })
    for (let taken = 0; taken < 1_100; ) {
      const { trials } = await service.send('POST', trialsPath('grid', id), { count: 20 })
      taken += trials.length
      await inLanes(trials, 4, ({ run, params }: { run: string; params: { x: number } }) =>
        service.send('POST', `/v1/local/grid/runs/${run}/finish`, {
          state: 'finished',
          summary: { loss: params.x },
        }),
      )
    }
    await repair()
    await until('both full pages', 30, async () => {
      const { Contents = [] } = await deployment.clients.files.send(
        new ListObjectsV2Command({ Bucket: deployment.bucket, Prefix: 'trials/' }),
      )
      return Contents.length === 2
    })
    const values: number[] = []
    for (let after = '', more = true; more; ) {
      const page = await service.get(`${trialsPath('grid', id)}?limit=1000${after}`)
      values.push(...page.items.map(({ value }: { value: number }) => value))
      more = page.next_cursor !== undefined
      after = `&cursor=${encodeURIComponent(page.next_cursor)}`
    }
    expect(values.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 1_100 }, (_, x) => x))
  })

  it('gives the trial of an agent that died to the next one', async () => {
    const { id } = await service.send('POST', '/v1/local/death/sweeps', {
      method: 'grid',
      metric: { name: 'loss' },
      parameters: { x: { values: [1] } },
    })
    const first = await service.send('POST', trialsPath('death', id), {})
    await until('the end of the lease', 60, async () => {
      await repair()
      const { items } = await service.get(trialsPath('death', id))
      return items[0].state !== 'running'
    })
    const next = await service.send('POST', trialsPath('death', id), {})
    expect(next.trials[0]).toMatchObject({ number: first.trials[0].number, attempt: 2 })
  })

  it('redrives dead letters to their agent function', async () => {
    const { id } = await service.send('POST', '/v1/local/letters/sweeps', {
      method: 'grid',
      metric: { name: 'val_acc', goal: 'maximize' },
      parameters: { epochs: { value: 2 }, batch_size: { value: 64 }, lr: { values: [0.05] } },
    })
    const { trials } = await service.send('POST', trialsPath('letters', id), {})
    const { run, number } = trials[0]
    await service.send('POST', `/v1/local/letters/runs/${run}/finish`, { state: 'released' })
    const trial = { entity: 'local', project: 'letters', run }
    const secret = createHmac('sha256', KEY).update('chimney trial tokens').digest('hex')
    const token = trialToken(secret, trial, Date.now() + 3_600_000)
    const letter = { v: 1, ...trial, sweep: id, number, attempt: 2, token }
    await deployment.clients.queues.send(
      new SendMessageCommand({
        QueueUrl: await deployment.queueUrl('DigitsDeadLettersQueue'),
        MessageBody: JSON.stringify(letter),
      }),
    )
    const before = await service.get('/v1/agents')
    expect(before.items[0]).toMatchObject({ agent: 'digits', dead: 1 })
    expect(await chimney(deployment, 'redrive', 'digits')).toMatch(/1/)
    await until('the trial’s end', 60, async () => {
      const { items } = await service.get(trialsPath('letters', id))
      return items[0].state === 'finished'
    })
  })

  it('serves a second entity with the same agent functions, and keeps both apart', async () => {
    const created = JSON.parse(await chimney(deployment, 'entities', 'create', 'team-b', '--json'))
    const theirs = serviceAt(deployment.plainUrl, created.key.key)
    const { id } = await theirs.send('POST', '/v1/team-b/digits/sweeps', {
      method: 'grid',
      metric: { name: 'val_acc', goal: 'maximize' },
      parameters: { epochs: { value: 2 }, batch_size: { value: 64 }, lr: { values: [0.05] } },
      dispatch: { agent: 'digits' },
    })
    const path = `/v1/team-b/digits/sweeps/${id}`
    await until('the end of the sweep', 60, async () => (await theirs.get(path)).state === 'finished')
    expect((await theirs.get(`${path}/best`)).value).toBeGreaterThan(0)
    await expect(service.get(path)).rejects.toThrow(/answered 40[34]/)
    await expect(theirs.get('/v1/local/digits/sweeps')).rejects.toThrow(/answered 40[34]/)
    expect((await theirs.get('/v1/team-b/projects')).items).toHaveLength(1)
  })

  it('shares a sweep by a link, and deletes it', async () => {
    const { id } = await service.send('POST', '/v1/local/shared/sweeps', {
      method: 'grid',
      parameters: { x: { values: [1] } },
    })
    const path = `/v1/local/shared/sweeps/${id}`
    const { url } = await service.send('POST', `${path}/share`)
    expect(url).toMatch(deployment.url)
    const page = await fetch(url.replace(deployment.url, deployment.plainUrl), {
      headers: { Accept: 'text/html' },
    })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    await service.send('DELETE', path)
    expect(
      (await fetch(`${deployment.plainUrl}${path}`, { headers: { Authorization: `Bearer ${KEY}` } })).status,
    ).toBe(404)
  })

  it('logs no refusal and no error', async () => {
    const logs = await deployment.logs()
    expect(
      logs.split('\n').filter((line) => /AccessDenied|"level":"ERROR"|Task timed out/.test(line)),
    ).toEqual([])
  })
})

/** Rights of the repair that no refusal of the emulator proves. */
const UNSEEN = new Set([
  // Lambda's event source uses these as the function's role.
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
  // Without it S3 answers 403 instead of 404 for a file that does not exist; the emulator answers 404.
  's3:ListBucket',
  // A user deletes a run that the repair recreates at that moment; `test/faults/simulation.test.ts` has the schedule.
  'dynamodb:BatchWriteItem',
])

describe('each right of a function is used', () => {
  let workers: Awaited<ReturnType<typeof workersOf>>
  beforeAll(async () => {
    workers = await workersOf(deployment, service)
  })
  const schedule = async () => {
    await deployment.restart(/^ReconcileHandler/)
    await repair().catch(() => undefined)
  }
  it.each([
    ['the API', /^ApiRoute.*Role$/, () => callApi(deployment)],
    ['the schedule of the repair', /^ReconcileHandlerRole$/, schedule],
    ['the repair', /^RepairQueueSubscriber.*Role$/, (right: Right) => workers.repair(right), UNSEEN],
    ['the function of webhooks', /^NotifyQueueSubscriber.*Role$/, () => workers.webhooks(), UNSEEN],
    ['the function for refused requests', /^RefusedRequestsRole$/, () => workers.refusedRequests()],
  ])('by %s', async (_, component, calls, unseen = new Set()) => {
    const unused: string[] = []
    for (const right of rightsOf(deployment, component)) {
      if (unseen.has(right.action)) continue
      const refused = await refusedWithout(deployment, component, right, () => calls(right))
      if (!refused.some((action) => action.replace(/Batch$/, '') === right.action))
        unused.push(`${right.action} on ${right.resources}`)
    }
    expect(unused).toEqual([])
  })
})

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<unknown>) {
  const rest = [...items]
  const lane = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
