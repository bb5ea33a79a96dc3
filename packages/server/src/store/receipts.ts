import type { UnixMs } from '../clock.ts'

/** Remembers what a request with an idempotency key was given. */
export interface Receipt {
  readonly token: string
  readonly requestHash: string
  /** Unix ms when the claim was made. */
  readonly at: UnixMs
  /** The trials that the request was given, with their attempts. Absent while the request is under way. */
  readonly grants?: readonly { readonly number: number; readonly attempt: number }[]
}

export interface ReceiptStore {
  /** Claims the key (an opaque text) for a request. Answers the receipt that stands: the given one when the claim was won, or the earlier one. A claim without grants that is older than `staleMs` is taken over. */
  claimReceipt(id: string, receipt: Receipt, staleMs: number): Promise<Receipt>
  /** Forgets a claim that came to nothing, if `token` still holds it. Repeating it is harmless. */
  dropReceipt(id: string, token: string): Promise<void>
  /** Writes the outcome if `token` still holds the claim; false when it was taken over. */
  settleReceipt(id: string, receipt: Receipt): Promise<boolean>
}
