import type { EntityRecord, EntityStore } from '../entities.ts'
import { type Attributes, numberOf, textOf } from './attributes.ts'
import { IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { entityKey, entityRange, parseEntitySk } from './item-keys.ts'

const readEntity = (item: Attributes): EntityRecord => ({
  entity: parseEntitySk(textOf(item, 'sk')),
  createdAt: numberOf(item, 'created'),
})

export const dynamoEntities = (io: DynamoIo): EntityStore => ({
  putEntity: ({ entity, createdAt }) =>
    io.put('putEntity', entityKey(entity), { created: createdAt }, IS_NEW),

  async getEntity(entity) {
    const item = await io.get('getEntity', entityKey(entity))
    return item && readEntity(item)
  },

  async listEntities() {
    return (await io.query('listEntities', entityRange)).map(readEntity)
  },
})
