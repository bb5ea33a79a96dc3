/** Work of the functions behind queues and logs that together uses each of their rights. What is refused goes into their logs. */
import { gzipSync } from 'node:zlib'
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { SweepKey } from '@chimney/core/schema/names'
import { dynamoStore } from '@chimney/server/store/dynamo/store'
import { newTrial, putTrial } from '@chimney/server/sweeps/trials/create-trials'
import { only } from '../stacks/graph.ts'
import type { Deployment } from './deployment.ts'
import type { Right } from './rights.ts'
import type { serviceAt } from './service.ts'

type Service = ReturnType<typeof serviceAt>

const PROJECT = 'workers'
const DIGITS = { epochs: { value: 2 }, batch_size: { value: 64 }, lr: { min: 0.01, max: 0.1 } }
const RANDOM = { arm: 'random' as const, why: 'drawn' }
const METRIC = { name: 'val_acc', goal: 'maximize' }

/** Work for both functions. Each call of one of them does everything that the function can do. */
export async function workersOf(deployment: Deployment, service: Service) {
  const { clients, bucket } = deployment
  const { name: table } = only(deployment.graph, 'aws:dynamodb/table:Table')
  const store = dynamoStore({ client: clients.database, table: String(table) })
  const sweepOf = async (config: object): Promise<SweepKey> => {
    const { id } = await service.send('POST', `/v1/local/${PROJECT}/sweeps`, config)
    return { entity: 'local', project: PROJECT, sweep: id }
  }

  /** A sweep with a whole page of ended trials. */
  const ended = await sweepOf({ method: 'random', run_cap: 1_000, parameters: { x: { min: 0, max: 0.5 } } })
  const at = Date.now()
  const { first } = (await store.takeNumbers(ended, 500, at))!
  await Promise.all(
    Array.from({ length: 500 }, (_, i) => {
      const number = first + i
      const times = { createdAt: at, startedAt: at, updatedAt: at }
      const run = `${ended.sweep}-${number}`
      const key = { ...ended, number }
      return store.createTrial({
        key,
        run,
        params: { x: 0.5 },
        state: 'finished',
        attempt: 1,
        suggestedBy: RANDOM,
        ...times,
      })
    }),
  )
  /** A sweep of an agent function in which numbers were taken by a request that died. */
  const dispatched = await sweepOf({
    method: 'random',
    run_cap: 1_000,
    metric: METRIC,
    parameters: DIGITS,
    dispatch: { agent: 'digits', concurrency: 1 },
  })

  /** A webhook of an address that is refused, and a paused sweep, which is announced whenever its repair begins again. */
  const { id: webhook } = await service.send('POST', `/v1/local/${PROJECT}/webhooks`, {
    url: 'https://127.0.0.1/hook',
    events: ['sweep_paused'],
  })
  const paused = await sweepOf({ method: 'random', parameters: { x: { min: 0, max: 0.5 } } })
  await service.send('PATCH', `/v1/local/${PROJECT}/sweeps/${paused.sweep}`, { state: 'paused' })

  const message = (content: object) => ({
    messageId: 'm',
    body: JSON.stringify({ v: 1, ...content }),
    attributes: {},
  })
  /** `since` in the future: nothing counts as a request in progress. */
  const repairOf = (key: SweepKey) =>
    message({ kind: 'sweep', ...key, from: 0, since: Date.now() + 3_600_000 })

  return {
    async repair(right: Right) {
      await store.removeRepair(ended)
      await store.removeRepair(paused)
      const { Contents = [] } = await clients.files.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: `trials/local/${PROJECT}/` }),
      )
      for (const { Key } of Contents)
        await clients.files.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
      await store.takeNumbers(dispatched, 1, Date.now())
      await deployment.invoke(/^RepairQueueSubscriber/, {
        Records: [repairOf(ended), repairOf(dispatched), repairOf(paused), message({ kind: 'runs' })],
      })
      // With less time than a page of trials needs, the message is sent again, without end if it may be.
      if (right.action === 'sqs:SendMessage' && right.resources.some((arn) => /Repair/.test(arn)))
        await deployment.invokeInHaste(/^RepairQueueSubscriber/, { Records: [repairOf(ended)] })
    },

    /** A delivery to a webhook. */
    async webhooks() {
      const notice = { id: 'msg_1', type: 'test', at: 0, title: 'Rights', url: deployment.plainUrl, data: {} }
      const delivery = message({ entity: 'local', project: PROJECT, webhook, notice })
      const attributes = { ApproximateReceiveCount: '1' }
      await deployment
        .invoke(/^NotifyQueueSubscriber/, { Records: [{ ...delivery, attributes, receiptHandle: 'r' }] })
        .catch(() => undefined)
    },

    /** The gateway has refused a stream of a trial, which an agent function repeats. */
    async refusedRequests() {
      const now = Date.now()
      const { first } = (await store.takeNumbers(dispatched, 1, now))!
      const start = { state: 'running' as const, leaseUntil: now + 3_600_000 }
      const planned = { params: { epochs: 2, batch_size: 64, lr: 0.05 }, suggestedBy: RANDOM }
      const trial = newTrial(dispatched, first, planned, start, now)
      await putTrial({ store }, trial, start)
      const path = `/files/local/${PROJECT}/${trial.run}/file_stream`
      const data = { logEvents: [{ message: JSON.stringify({ status: '413', path }) }] }
      const awslogs = { data: gzipSync(JSON.stringify(data)).toString('base64') }
      await deployment.invoke(/^RefusedRequests/, { awslogs }).catch(() => undefined)
    },
  }
}
