export type State =
  | 'queued'
  | 'running'
  | 'finished'
  | 'failed'
  | 'stopped'
  | 'killed'
  | 'crashed'
  | 'paused'
  | 'cancelled'

/** A sign for each state, so that colour is never the only difference. */
const SIGNS: Readonly<Record<State, string>> = {
  queued: '○',
  running: '●',
  finished: '✓',
  stopped: '↓',
  failed: '✕',
  killed: '■',
  crashed: '!',
  paused: '‖',
  cancelled: '■',
}
const WORDS: Partial<Record<State, string>> = { stopped: 'stopped early' }

export const StateBadge = ({ state }: { state: State }) => (
  <span className="state" data-state={state}>
    <span aria-hidden="true">{SIGNS[state]}</span> {WORDS[state] ?? state}
  </span>
)
