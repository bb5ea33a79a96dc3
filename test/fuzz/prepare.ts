import type { HostileService } from './hostile-service.ts'
import type { HostileRequest } from './request.ts'

const SWEEP = 'method: random\nparameters: {a: {min: 0.5, max: 1}}\n'
const WARM_UP: readonly HostileRequest[] = [
  { method: 'POST', path: '/v1/acme/digits/sweeps', body: SWEEP },
  { method: 'POST', path: '/v1/acme/digits/runs', body: `{"id":"r","name":"${'a'.repeat(200)}"}` },
  { method: 'POST', path: '/graphql', body: '{"query":"{viewer{id}}"}' },
  { method: 'POST', path: '/files/acme/digits/r/file_stream', body: '{}' },
  { method: 'POST', path: '/v1/acme/digits/runs/r/metrics', body: '{"points":[]}' },
  {
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({
      query:
        '{project(name:"digits",entityName:"acme"){runs(filters:"{\\"name\\":{\\"$regex\\":\\"a\\"}}"){edges{node{name}}}}}',
    }),
  },
]

/** Loads what requests load, and creates the run that they are about. Returns the slowness of the service. */
export async function prepare(service: HostileService): Promise<number> {
  for (const request of WARM_UP) await service.send(request)
  return service.slowness()
}
