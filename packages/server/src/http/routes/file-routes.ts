import { downloadUrl, listRunFiles } from '../../wandb/files/run-files.ts'
import { answer } from '../answers/answer.ts'
import { runNotFound } from '../answers/not-found.ts'
import { iso } from '../answers/present.ts'
import { type Route, route } from '../route.ts'
import { runKeyOf } from './path-names.ts'

export const fileRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/v1/{entity}/{project}/runs/{run}/files',
    id: 'listFiles',
    tag: 'Runs',
    summary: 'List the files of a run by name',
    answers: { 200: { description: 'The files, each with a URL to fetch it', schema: 'FileList' } },
    problems: [404],
    handle: async ({ deps, caller, names, request }) => {
      const key = runKeyOf(names)
      if (!(await deps.store.getLive(key))) throw runNotFound(key)
      const door = { deps, caller, origin: new URL(request.url).origin }
      const files = await listRunFiles(deps, key, {})
      return answer(200, {
        items: await Promise.all(
          files.map(async (file) => ({
            name: file.name,
            size: file.size,
            updated_at: iso(file.updatedAt),
            url: await downloadUrl(door, file.key),
          })),
        ),
      })
    },
  }),
]
