import type { ProjectRecord, ProjectStore } from '../projects.ts'
import { type Attributes, numberOf, textOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { type ItemKey, parseProjectKey, projectKey, projectRange } from './item-keys.ts'

const readProject = (item: Attributes): ProjectRecord => {
  const key: ItemKey = { pk: textOf(item, 'pk'), sk: textOf(item, 'sk') }
  return { ...parseProjectKey(key), createdAt: numberOf(item, 'created') }
}

export const dynamoProjects = (io: DynamoIo): ProjectStore => ({
  async ensureProject(key, now) {
    // Nearly always it is there, and a stale read costs a tenth of a refused write.
    if (await io.get('ensureProject', projectKey(key), 'eventual')) return false
    return io.put('ensureProject', projectKey(key), { created: now }, IS_NEW)
  },

  async getProject(key) {
    const item = await io.get('getProject', projectKey(key))
    return item && readProject(item)
  },

  async deleteProject(key) {
    await io.remove('deleteProject', projectKey(key))
  },

  async listProjects(entity, page) {
    const { items, ...more } = await io.page('listProjects', projectRange(entity), page)
    return { items: items.map(readProject), ...more }
  },
})
