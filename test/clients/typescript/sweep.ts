/** Runs a sweep with the client of openapi-typescript and openapi-fetch. `api.d.ts` is generated next to a copy of this file. */
import createClient from 'openapi-fetch'
import type { paths } from './api.d.ts'

const { CHIMNEY_URL: baseUrl = '', CHIMNEY_API_KEY: key = '' } = process.env
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${key}` } })
const project = { entity: 'local', project: 'typescript' }

const created = await api.POST('/v1/{entity}/{project}/sweeps', {
  params: { path: project },
  body: {
    method: 'random',
    metric: { name: 'loss', goal: 'minimize' },
    parameters: {
      lr: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 },
      size: { values: [16, 32] },
    },
    run_cap: 3,
    seed: 7,
  },
})
if (!created.data) throw new Error(created.error.detail)
const path = { ...project, sweep: created.data.id }

for (;;) {
  const next = await api.POST('/v1/{entity}/{project}/sweeps/{sweep}/trials', {
    params: { path },
    body: { count: 1, agent: 'typescript' },
  })
  if (next.error?.code === 'sweep-finished') break
  if (!next.data) throw new Error(next.error?.detail ?? `status ${next.response.status}`)
  for (const { run, attempt, params } of next.data.trials) {
    const runPath = { ...project, run }
    const logged = await api.POST('/v1/{entity}/{project}/runs/{run}/metrics', {
      params: { path: runPath },
      body: { points: [{ step: 1, values: { loss: Number(params.lr) } }], attempt },
    })
    if (logged.data?.accepted !== 1) throw new Error(logged.error?.detail)
    const finished = await api.POST('/v1/{entity}/{project}/runs/{run}/finish', {
      params: { path: runPath },
      body: { state: 'finished', attempt },
    })
    if (!finished.data?.kept) throw new Error(finished.error?.detail)
  }
}

const best = await api.GET('/v1/{entity}/{project}/sweeps/{sweep}/best', { params: { path } })
if (best.data?.value !== best.data?.params.lr) throw new Error('the best value is not the reported one')
console.log(`best trial ${best.data?.number}`)
