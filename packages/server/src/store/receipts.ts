import type { UnixMs } from '../clock.ts'

/** The result of a request with an idempotency key. */
export interface Receipt {
  readonly token: string
  readonly requestHash: string
  /** Unix ms when the claim was made. */
  readonly at: UnixMs
  /** The trials that the request received, with their attempts. Absent while the request is in progress. */
  readonly grants?: readonly { readonly number: number; readonly attempt: number }[]
}

export interface ReceiptStore {
  /**
   * Claims the key (opaque) for a request. Returns the valid receipt: the given one when the claim won, else the earlier one.
   * A claim without grants is replaced when it is more than `staleMs` older or, after the clock was set back, newer than the given one;
   * with `living`, also when its token does not begin with that.
   */
  claimReceipt(id: string, receipt: Receipt, staleMs: number, living?: string): Promise<Receipt>
  /** Deletes a claim without grants, if `token` still holds it. Idempotent. */
  dropReceipt(id: string, token: string): Promise<void>
  /** Writes the outcome if `token` still holds the claim; false when another request took it over. */
  settleReceipt(id: string, receipt: Receipt): Promise<boolean>
}
