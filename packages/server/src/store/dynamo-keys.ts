import { type Attributes, numberOf, textOf } from './attributes.ts'
import type { DynamoIo } from './dynamo-io.ts'
import { IS_NEW } from './expression.ts'
import { apiKeyEntry, apiKeyKey, apiKeyRange } from './keys.ts'
import type { KeyRecord, Store } from './store.ts'

const values = (key: KeyRecord) => ({
  id: key.id,
  hash: key.hash,
  entity: key.entity,
  name: key.name,
  created: key.createdAt,
})
const readKey = (item: Attributes): KeyRecord => ({
  id: textOf(item, 'id'),
  hash: textOf(item, 'hash'),
  entity: textOf(item, 'entity'),
  name: textOf(item, 'name'),
  createdAt: numberOf(item, 'created'),
})

/** A key is two items: under its hash, where it works, and under its entity, where it is listed. A key that works is always listed. */
export const dynamoKeys = (io: DynamoIo): Pick<Store, 'putKey' | 'findKey' | 'listKeys' | 'revokeKey'> => ({
  async putKey(key) {
    if (await io.get('putKey', apiKeyKey(key.hash))) return false
    const entry = apiKeyEntry(key.entity, key.id)
    const mine = { that: 'attribute_not_exists(#pk) OR #hash = :hash', values: { hash: key.hash } }
    if (!(await io.put('putKey', entry, values(key), mine))) return false
    if (await io.put('putKey', apiKeyKey(key.hash), values(key), IS_NEW)) return true
    // Somebody was faster with the same key. Our entry goes, unless it is theirs as well.
    const winner = await io.get('putKey', apiKeyKey(key.hash))
    if (winner?.id !== key.id || winner.entity !== key.entity) await io.remove('putKey', entry, mine)
    return false
  },

  async findKey(hash) {
    const item = await io.get('findKey', apiKeyKey(hash), 'eventual')
    return item && readKey(item)
  },

  async listKeys(entity) {
    return (await io.query('listKeys', apiKeyRange(entity))).map(readKey)
  },

  async revokeKey(entity, id) {
    const entry = apiKeyEntry(entity, id)
    const item = await io.get('revokeKey', entry)
    if (!item) return false
    await io.remove('revokeKey', apiKeyKey(textOf(item, 'hash')))
    await io.remove('revokeKey', entry)
    return true
  },
})
