import type { KeyScope } from '@chimney/core/schema/key-scope'
import type { ApiKeyStore, KeyRecord } from '../api-keys.ts'
import { type Attributes, numberOf, textOf } from './attributes.ts'
import { EXISTS, IS_NEW } from './expression.ts'
import type { DynamoIo } from './io.ts'
import { apiKeyEntry, apiKeyKey, apiKeyRange, rateKey } from './item-keys.ts'

const values = (key: KeyRecord) => ({
  id: key.id,
  hash: key.hash,
  entity: key.entity,
  name: key.name,
  created: key.createdAt,
  scope: key.scope,
  expires: key.expiresAt,
  used: key.lastUsedAt,
  rate: key.requestsPerMinute,
})
const readKey = (item: Attributes): KeyRecord => ({
  id: textOf(item, 'id'),
  hash: textOf(item, 'hash'),
  entity: textOf(item, 'entity'),
  name: textOf(item, 'name'),
  createdAt: numberOf(item, 'created'),
  ...(item.scope !== undefined && { scope: textOf(item, 'scope') as KeyScope }),
  ...(item.expires !== undefined && { expiresAt: numberOf(item, 'expires') }),
  ...(item.used !== undefined && { lastUsedAt: numberOf(item, 'used') }),
  ...(item.rate !== undefined && { requestsPerMinute: numberOf(item, 'rate') }),
})

/** Lifetime of a minute's request counter after that minute. */
const KEEP_RATE_SECONDS = 3_600

/** An API key has two items: under its hash for authentication, and under its entity for listing. The second is written first. */
export const dynamoKeys = (io: DynamoIo): ApiKeyStore => ({
  async putKey(key) {
    if (await io.get('putKey', apiKeyKey(key.hash))) return false
    const entry = apiKeyEntry(key.entity, key.id)
    const mine = { that: 'attribute_not_exists(#pk) OR #hash = :hash', values: { hash: key.hash } }
    if (!(await io.put('putKey', entry, values(key), mine))) return false
    if (await io.put('putKey', apiKeyKey(key.hash), values(key), IS_NEW)) return true
    // Another writer stored the same key first. Remove our entry unless it belongs to that writer.
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

  async changeKey({ entity, id, hash }, { expiresAt, lastUsedAt }) {
    const set = {
      ...(expiresAt !== undefined && { expires: expiresAt }),
      ...(lastUsedAt !== undefined && { used: lastUsedAt }),
    }
    const changed = await io.update('changeKey', apiKeyKey(hash), { set }, EXISTS)
    await io.update('changeKey', apiKeyEntry(entity, id), { set }, EXISTS)
    return changed !== undefined
  },

  async takeRate(id, window, count, limit) {
    if (count > limit) return false
    const room = { that: 'attribute_not_exists(#used) OR #used <= :room', values: { room: limit - count } }
    const ttl = (window + 1) * 60 + KEEP_RATE_SECONDS
    return (
      (await io.update('takeRate', rateKey(id, window), { set: { ttl }, add: { used: count } }, room)) !==
      undefined
    )
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
