import { shareSweep as openSweep, sharedSince, unshareSweep } from '../../sweeps/lifecycle/share-sweep.ts'
import { answer, noContent } from '../answers/answer.ts'
import { iso, sweepUrl } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { sweepKeyOf } from './path-names.ts'
import { requireSweep } from './sweep-routes.ts'

const SHARE = '/v1/{entity}/{project}/sweeps/{sweep}/share'

export const shareRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: SHARE,
    id: 'shareSweep',
    tag: 'Sweeps',
    summary: 'Make a link that opens the sweep for reading',
    description:
      'Whoever has the link sees the sweep, its trials and their runs, and can change nothing. The link is told once; making another one ends the former. Its token stands behind `#`, which browsers send to nobody; programs send it as the header `Chimney-Share`.',
    answers: { 201: { description: 'The link', schema: 'ShareCreated' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const key = sweepKeyOf(names)
      await requireSweep(deps, key)
      const { token, at } = await openSweep(deps, key)
      const url = `${sweepUrl(deps.settings.publicUrl, key)}#share=${token}`
      return answer(201, { url, created_at: iso(at) })
    },
  }),
  route({
    method: 'GET',
    path: SHARE,
    id: 'getShare',
    tag: 'Sweeps',
    summary: 'Whether a link opens the sweep',
    answers: { 200: { description: 'Since when', schema: 'Share' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const key = sweepKeyOf(names)
      await requireSweep(deps, key)
      const since = await sharedSince(deps, key)
      return answer(200, { created_at: since === undefined ? null : iso(since) })
    },
  }),
  route({
    method: 'DELETE',
    path: SHARE,
    id: 'unshareSweep',
    tag: 'Sweeps',
    summary: 'End the link',
    answers: { 204: { description: 'Nobody gets in by a link any more' } },
    problems: [404],
    handle: async ({ deps, names }) => {
      const key = sweepKeyOf(names)
      await requireSweep(deps, key)
      await unshareSweep(deps, key)
      return noContent()
    },
  }),
]
