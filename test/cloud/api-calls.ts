/** Calls of the API that together use each of its rights. A refused one answers with an error, and the next ones go on. */
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { type Deployment, KEY } from './deployment.ts'

const GRID = { method: 'grid', metric: { name: 'loss' }, parameters: { x: { values: [1, 2, 3] } } }
const UPLOAD =
  'mutation ($run: String!, $files: [String!]!) { createRunFiles(input: {projectName: "rights", runName: $run, files: $files}) { files { uploadUrl } } }'
const FILES =
  'query ($run: String!) { project(name: "rights") { run(name: $run) { files { edges { node { url } } } } } }'

export async function callApi({ plainUrl, queueUrl, clients }: Deployment): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, and of failures
  const call = async (method: string, path: string, body?: object): Promise<any> => {
    const answer = await fetch(plainUrl + path, {
      method,
      headers: { Authorization: `Bearer ${KEY}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return answer.json().catch(() => ({}))
  }
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, and of failures
  const ask = async (query: string, variables: object): Promise<any> =>
    (
      await fetch(`${plainUrl}/graphql`, {
        method: 'POST',
        headers: {
          Authorization: `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ query, variables }),
      })
    )
      .json()
      .catch(() => ({}))

  const { id: sweep } = await call('POST', '/v1/local/rights/sweeps', GRID)
  const { trials = [] } = await call('POST', `/v1/local/rights/sweeps/${sweep}/trials`, { count: 2 })
  for (const { run } of trials) {
    const path = `/v1/local/rights/runs/${run}`
    await call('POST', `${path}/metrics`, { points: [{ step: 1, values: { loss: 1 } }] })
    await call('POST', `${path}/finish`, { state: 'finished', summary: { loss: 1 } })
  }
  await call('GET', '/v1/local/rights/sweeps')
  await call('GET', '/v1/local/rights/runs')
  await call('GET', `/v1/local/rights/sweeps/${sweep}/best`)

  const { id: key } = await call('POST', '/v1/keys', { name: 'rights', scope: 'read' })
  await call('DELETE', `/v1/keys/${key}`)

  const hooks = '/v1/local/rights/webhooks'
  const { id: hook } = await call('POST', hooks, { url: 'https://127.0.0.1/hook', events: ['run_failed'] })
  const { id: failing } = await call('POST', '/v1/local/rights/runs', { config: {} })
  await call('POST', `/v1/local/rights/runs/${failing}/finish`, { state: 'failed' })
  await call('DELETE', `${hooks}/${hook}`)

  const { id: run } = await call('POST', '/v1/local/rights/runs', { config: {} })
  const made = await ask(UPLOAD, { run, files: ['a.txt'] })
  const upload = made.data?.createRunFiles?.files?.[0]?.uploadUrl
  if (upload) await fetch(upload, { method: 'PUT', body: 'text' }).catch(() => undefined)
  const listed = await ask(FILES, { run })
  const download = listed.data?.project?.run?.files?.edges?.[0]?.node?.url
  if (download) await fetch(download).catch(() => undefined)
  await call('DELETE', `/v1/local/rights/runs/${run}`)

  await clients.queues.send(
    new SendMessageCommand({
      QueueUrl: await queueUrl('DigitsDeadLettersQueue'),
      MessageBody: JSON.stringify({
        v: 1,
        entity: 'local',
        project: 'rights',
        sweep: 'nosuch00',
        number: 1,
        run: 'nosuch00-1',
        attempt: 1,
      }),
    }),
  )
  await call('GET', '/v1/agents')
  await call('POST', '/v1/agents/digits/redrive', { count: 10 })
  await call('DELETE', `/v1/local/rights/sweeps/${sweep}`)
}
