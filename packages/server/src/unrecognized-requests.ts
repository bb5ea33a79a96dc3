import type { UnixMs } from './clock.ts'
import type { Deps } from './deps.ts'
import type { Store } from './store/store.ts'

/** What a client requested and this service lacks: a newer client may depend on it. */
export interface Unrecognized {
  /** `Run.newField`, `Mutation.newMutation`, `UpsertBucketInput.newField` or `POST /files/…/new`. */
  readonly name: string
  /** The client as it names itself. */
  readonly client: string
  readonly firstAt: UnixMs
  readonly lastAt: UnixMs
}

const DOCUMENT = 'unrecognized-requests'
/** The names come from clients. */
const MAX_KEPT = 200
const MAX_LENGTH = 200
/** A repetition is stored once in this time by each process. */
const AGAIN_MS = 86_400_000
const MAX_REMEMBERED = 1_000
const MAX_TRIES = 3
/** No project has an empty name. */
const placeOf = (entity: string) => ({ entity, project: '' })

const remembered = new WeakMap<Store, Map<string, UnixMs>>()

/** Counts a request with unknown parts, and keeps their names for {@link listUnrecognized}. A failure of the store is only logged. */
export async function recordUnrecognized(
  deps: Pick<Deps, 'store' | 'clock' | 'onFailure' | 'onUnrecognized'>,
  entity: string,
  names: readonly string[],
  client: string,
): Promise<void> {
  if (names.length === 0) return
  deps.onUnrecognized?.()
  const now = deps.clock.now()
  const last = lastOf(deps.store)
  const due = names.filter((name) => (last.get(`${entity} ${name}`) ?? -AGAIN_MS) + AGAIN_MS <= now)
  if (due.length === 0) return
  for (const name of due) last.set(`${entity} ${name}`, now)
  try {
    await keep(deps.store, entity, due, client.slice(0, MAX_LENGTH), now)
  } catch (error) {
    deps.onFailure?.('the names of unrecognized requests were not stored', error)
  }
}

/** The latest first. */
export async function listUnrecognized(
  { store }: Pick<Deps, 'store'>,
  entity: string,
): Promise<readonly Unrecognized[]> {
  const document = await store.getDocument(placeOf(entity), DOCUMENT)
  return document ? (JSON.parse(document.text) as readonly Unrecognized[]) : []
}

function lastOf(store: Store): Map<string, UnixMs> {
  const last = remembered.get(store) ?? new Map<string, UnixMs>()
  if (last.size > MAX_REMEMBERED) last.clear()
  remembered.set(store, last)
  return last
}

async function keep(
  store: Store,
  entity: string,
  names: readonly string[],
  client: string,
  now: UnixMs,
): Promise<void> {
  const added = names.map((name) => name.slice(0, MAX_LENGTH))
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const document = await store.getDocument(placeOf(entity), DOCUMENT)
    const before = document ? (JSON.parse(document.text) as readonly Unrecognized[]) : []
    const firstAt = new Map(before.map((one) => [one.name, one.firstAt]))
    const next = [
      ...added.map((name) => ({ name, client, firstAt: firstAt.get(name) ?? now, lastAt: now })),
      ...before.filter(({ name }) => !added.includes(name)),
    ].slice(0, MAX_KEPT)
    const rev = (document?.rev ?? 0) + 1
    if (await store.putDocument(placeOf(entity), { name: DOCUMENT, text: JSON.stringify(next), rev })) return
  }
}
