import { createHash } from 'node:crypto'
import type { ArtifactContext } from './context.ts'

/** Clients name artifacts before they have one of our ids. These names come without a project, so they are stored per entity. */
const CLIENT_IDS = '~'

const clientIdName = (clientId: string): string =>
  `artifact-client/${createHash('sha256').update(clientId).digest('hex').slice(0, 32)}`

export const nameForClient = (ctx: ArtifactContext, clientId: string, text: string): Promise<boolean> =>
  ctx.deps.store.putDocument(
    { entity: ctx.caller.entity, project: CLIENT_IDS },
    { name: clientIdName(clientId), text, rev: 1 },
  )

/** Our id of the object to which a client gave this id. */
export async function idOfClient(ctx: ArtifactContext, clientId: string): Promise<string | undefined> {
  const project = { entity: ctx.caller.entity, project: CLIENT_IDS }
  return (await ctx.deps.store.getDocument(project, clientIdName(clientId)))?.text
}
