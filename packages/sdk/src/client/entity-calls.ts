import type { EntityBody, EntityCreated } from '@chimney/core/schema/api/entities'
import type { Page } from '@chimney/core/schema/api/page'
import type { Connection } from './connection.ts'

/** For operators of the deployment: admins of the entity of its first key. */
export const entityCalls = ({ call }: Connection) => ({
  listEntities: async () => (await call<Page<EntityBody>>({ method: 'GET', path: '/v1/entities' })).items,
  /** Only this response contains the first admin key of the entity. Not retried: a lost answer needs another key. */
  createEntity: (name: string) =>
    call<EntityCreated>({ method: 'POST', path: '/v1/entities', body: { name }, retryForMs: 0 }),
})
