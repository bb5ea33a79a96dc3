import { setImmediate } from 'node:timers/promises'
import { type SweepKey, sweepPath } from '@chimney/core/schema/names'
import type { Deps } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import { type EventCursor, FIRST_EVENT } from '../../sweeps/events/event-cursor.ts'
import { watchEvents } from '../../sweeps/events/watch-events.ts'
import { changesText, eventText } from './event-stream.ts'
import { type EventsPart, eventsBody, eventsPart } from './events-body.ts'

type HubDeps = Pick<Deps, 'store' | 'files' | 'clock' | 'settings' | 'onFailure'>

export interface Pace {
  /** Interval between reads of the store. */
  readonly pollMs: number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** What one poll found. */
type Published = { readonly kind: 'idle' | 'changes' | 'over'; readonly text: Uint8Array }

/** Polls that a reader may be behind; a slower one is disconnected and resumes with its last event id. */
const MAX_BEHIND = 60
const encode = (text: string) => new TextEncoder().encode(text)
const IDLE: Published = { kind: 'idle', text: encode(': nothing new\n\n') }
const OVER: Published = { kind: 'over', text: encode(eventText('end', {})) }

/** With its text as an event, which all readers share. */
type ReadPart = EventsPart & { readonly text: Uint8Array }

/** One watcher of a sweep for all event streams of this process that have the same address in their links. */
interface Hub {
  readers: number
  /** The latest of what was published; `first` is the position of the first of them. */
  published: Published[]
  first: number
  isDone: boolean
  readonly stop: AbortController
  /** Resolve at the next publication. */
  waiting: (() => void)[]
  isWatched: boolean
  /** Everything, as read when the position was `from`. Shared by readers that begin at about the same time. */
  snapshot?: { readonly from: number; readonly at: number; readonly parts: Promise<readonly ReadPart[]> }
}

/** Whether a stream follows this sweep, which therefore exists. */
export const isFollowed = (
  { store, settings }: Pick<HubDeps, 'store' | 'settings'>,
  key: SweepKey,
): boolean => hubsOf.get(store)?.get(nameOf(settings, key))?.isWatched ?? false

const nameOf = ({ publicUrl }: Deps['settings'], key: SweepKey) => `${publicUrl} ${sweepPath(key)}`

const hubsOf = new WeakMap<Store, Map<string, Hub>>()

/**
 * The texts of an event stream from a cursor on, until the sweep is over or deleted, or `polls` polls have passed. What several
 * readers need is read and written as text once.
 */
export async function* followSweep(
  deps: HubDeps,
  key: SweepKey,
  cursor: EventCursor,
  pace: Pace,
  polls: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hubs = hubsOf.get(deps.store) ?? new Map<string, Hub>()
  hubsOf.set(deps.store, hubs)
  const name = nameOf(deps.settings, key)
  const hub = hubs.get(name) ?? newHub()
  hubs.set(name, hub)
  hub.readers++
  try {
    // The position comes before the read: what is published in between may be repeated, and nothing is missed.
    const { from, parts } =
      cursor === FIRST_EVENT ? snapshotOf(hub, deps, key, pace) : since(hub, deps, key, cursor)
    const read = await parts
    await nextTurn()
    for (const part of read) yield part.text
    const last = read.at(-1)
    if (last === undefined) return
    watch(hub, deps, key, last, pace, () => hubs.get(name) === hub && hubs.delete(name))
    yield* publishedFrom(hub, from, polls, signal)
  } finally {
    hub.readers--
    if (hub.readers === 0) {
      hub.stop.abort()
      if (hubs.get(name) === hub) hubs.delete(name)
    }
  }
}

/** Readers that wait for the same text get it one after the other, with other requests in between. */
let turn: Promise<void> = Promise.resolve()
const nextTurn = (): Promise<void> => {
  turn = turn.then(() => setImmediate())
  return turn
}

const newHub = (): Hub => ({
  readers: 0,
  published: [],
  first: 0,
  isDone: false,
  stop: new AbortController(),
  waiting: [],
  isWatched: false,
})
const positionOf = ({ first, published }: Hub): number => first + published.length

const since = (hub: Hub, deps: HubDeps, key: SweepKey, cursor: EventCursor) => ({
  from: positionOf(hub),
  parts: readParts(deps, key, cursor),
})

function snapshotOf(hub: Hub, deps: HubDeps, key: SweepKey, { pollMs }: Pace) {
  const now = deps.clock.now()
  const standing = hub.snapshot
  if (standing && now >= standing.at && now < standing.at + pollMs && standing.from >= hub.first)
    return standing
  const snapshot = { ...since(hub, deps, key, FIRST_EVENT), at: now }
  hub.snapshot = snapshot
  snapshot.parts.catch(() => {
    if (hub.snapshot === snapshot) delete hub.snapshot
  })
  return snapshot
}

async function readParts(deps: HubDeps, key: SweepKey, from: EventCursor): Promise<readonly ReadPart[]> {
  const parts: ReadPart[] = []
  for (let cursor = from; ; ) {
    const part = await eventsPart(deps, key, cursor)
    if (!part) return parts
    parts.push({ ...part, text: changesText(part.cursor, part.json) })
    cursor = part.cursor
    if (!cursor.rest) return parts
  }
}

/** Starts the watcher of a hub behind what its first reader has read. */
function watch(
  hub: Hub,
  deps: HubDeps,
  key: SweepKey,
  read: EventsPart,
  pace: Pace,
  onEnd: () => unknown,
): void {
  if (hub.isWatched) return
  hub.isWatched = true
  const watched = watchEvents(deps, key, read.cursor, {
    ...pace,
    forMs: Number.POSITIVE_INFINITY,
    signal: hub.stop.signal,
    sent: read,
  })
  const publish = async () => {
    for await (const change of watched) {
      if (change === 'idle') push(hub, IDLE)
      else if (change === 'over') push(hub, OVER)
      else {
        const body = eventsBody(deps.settings.publicUrl, change)
        push(hub, { kind: 'changes', text: encode(eventText('changes', body, body.cursor)) })
      }
    }
  }
  void publish()
    .catch((error: unknown) => deps.onFailure?.(`the event stream of sweep ${sweepPath(key)}`, error))
    .finally(() => {
      hub.isDone = true
      onEnd()
      wake(hub)
    })
}

function push(hub: Hub, published: Published): void {
  hub.published.push(published)
  while (hub.published.length > MAX_BEHIND) {
    hub.published.shift()
    hub.first++
  }
  if (hub.snapshot && hub.snapshot.from < positionOf(hub) - 1) delete hub.snapshot
  wake(hub)
}

function wake(hub: Hub): void {
  for (const resolve of hub.waiting.splice(0)) resolve()
}

async function* publishedFrom(
  hub: Hub,
  from: number,
  polls: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < from + polls && !signal.aborted; at++) {
    while (at >= positionOf(hub)) {
      if (hub.isDone || signal.aborted) return
      await nextOf(hub, signal)
    }
    const published = hub.published[at - hub.first]
    if (!published) return
    yield published.text
    if (published.kind === 'over') return
  }
}

const nextOf = (hub: Hub, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    hub.waiting.push(done)
    signal.addEventListener('abort', done, { once: true })
  })
