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

/** Color is not the only difference between states (WCAG 1.4.1). */
const ICONS: Readonly<Record<State, string>> = {
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
const LABELS: Partial<Record<State, string>> = { stopped: 'stopped early' }

export const StateBadge = ({ state }: { state: State }) => (
  <span className="state" data-state={state}>
    <span aria-hidden="true">{ICONS[state]}</span> {LABELS[state] ?? state}
  </span>
)
