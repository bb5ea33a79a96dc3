import type { Receipt, ReceiptStore } from '../receipts.ts'
import { type Attributes, numberOf, optionalText, textOf } from './attributes.ts'
import { busy } from './errors.ts'
import type { DynamoIo } from './io.ts'
import { receiptKey } from './item-keys.ts'

/** Minimum retention of an idempotency key. */
const REMEMBER_SECONDS = 24 * 60 * 60

const values = (receipt: Receipt) => ({
  token: receipt.token,
  request: receipt.requestHash,
  at: receipt.at,
  grants: receipt.grants && JSON.stringify(receipt.grants.map(({ number, attempt }) => [number, attempt])),
  ttl: Math.ceil(receipt.at / 1000) + REMEMBER_SECONDS,
})

function readReceipt(item: Attributes): Receipt {
  const text = optionalText(item, 'grants')
  const grants = text === undefined ? undefined : (JSON.parse(text) as [number, number][])
  return {
    token: textOf(item, 'token'),
    requestHash: textOf(item, 'request'),
    at: numberOf(item, 'at'),
    ...(grants && { grants: grants.map(([number, attempt]) => ({ number, attempt })) }),
  }
}

export const dynamoReceipts = (io: DynamoIo): ReceiptStore => ({
  async claimReceipt(id, receipt, staleMs, living) {
    const isDead = living === undefined ? '' : ' OR NOT begins_with(#token, :living)'
    const claimable = {
      that: `attribute_not_exists(#pk) OR (attribute_not_exists(#grants) AND (#at < :stale OR #at > :future${isDead}))`,
      values: {
        stale: receipt.at - staleMs,
        future: receipt.at + staleMs,
        ...(living !== undefined && { living }),
      },
    }
    // The earlier receipt may expire before this read; then the key can be claimed again.
    for (let tries = 0; tries < 3; tries++) {
      if (await io.put('claimReceipt', receiptKey(id), values(receipt), claimable)) return receipt
      const standing = await io.get('claimReceipt', receiptKey(id))
      if (standing) return readReceipt(standing)
    }
    throw busy('claimReceipt')
  },

  async dropReceipt(id, token) {
    await io.remove('dropReceipt', receiptKey(id), { that: '#token = :token', values: { token } })
  },

  async settleReceipt(id, receipt) {
    // `ttl` stays that of the claim: a dropped receipt has the time 0, and DynamoDB never deletes items that expired more than
    // five years ago.
    const { at, grants } = values(receipt)
    const settled = await io.update(
      'settleReceipt',
      receiptKey(id),
      { set: { at, grants } },
      { that: '#token = :token', values: { token: receipt.token } },
    )
    return settled !== undefined
  },
})
