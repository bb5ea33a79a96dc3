import type { Deps } from '../../deps.ts'
import { type RepairMessage, type RepairQueue, sweepMessage } from '../../queue/repair-queue.ts'

/** Sweeps per message page of the index; also the messages that are sent at once. */
const SWEEPS = 500
/** Runs per message: the worker holds their live halves in memory. */
export const RUNS_PER_MESSAGE = 100

/**
 * Sends a message for each open sweep and for each page of open runs without a trial; none when nothing is open. Reads the index
 * only. Returns how many messages it sent.
 */
export async function scheduleRepairs(
  deps: Pick<Deps, 'store'> & { readonly repairs: RepairQueue },
): Promise<number> {
  let sent = 0
  const failures: unknown[] = []
  // A page that cannot be sent must not stop the others.
  const send = async (messages: readonly RepairMessage[]) => {
    if (messages.length === 0) return
    try {
      await deps.repairs.send(messages)
      sent += messages.length
    } catch (error) {
      failures.push(error)
    }
  }
  let cursor: string | undefined
  do {
    const page = await deps.store.listOpenSweeps({ cursor, limit: SWEEPS })
    await send(page.items.map(sweepMessage))
    cursor = page.cursor
  } while (cursor !== undefined)
  do {
    const page = await deps.store.listOpenRuns({ cursor, limit: RUNS_PER_MESSAGE })
    if (page.items.length > 0) await send([{ v: 1, kind: 'runs', ...(cursor !== undefined && { cursor }) }])
    cursor = page.cursor
  } while (cursor !== undefined)
  if (failures.length > 0) throw failures[0]
  return sent
}
