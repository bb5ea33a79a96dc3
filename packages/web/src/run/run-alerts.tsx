import type { RunBody } from '@chimney/core/schema/api/runs'
import { formatTime } from '../model/format.ts'

/** Alerts that the training code sent, newest first. */
export function RunAlerts({ alerts }: { alerts: RunBody['alerts'] }) {
  if (alerts.length === 0) return null
  return (
    <section className="card figure" aria-label="Alerts">
      <header>
        <h2>Alerts</h2>
      </header>
      <dl className="key-values">
        {alerts.toReversed().map(({ at, level, title, text }) => (
          <div key={`${at} ${title}`}>
            <dt>
              {level} · {formatTime(at)}
            </dt>
            <dd>
              <strong>{title}</strong> {text}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
