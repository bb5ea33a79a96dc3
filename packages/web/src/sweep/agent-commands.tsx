import type { SweepBody } from '@chimney/core/schema/api'
import { memo, useEffect, useState } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { CopyBlock, CopyButton } from '../ui/copy-block.tsx'
import { Link } from '../ui/link.tsx'

/** What to type where trials shall run. */
export const Attach = memo(function Attach({ at, sweep }: { at: SweepAt; sweep: SweepBody }) {
  const path = `${at.entity}/${at.project}/${at.sweep}`
  const agent = (sweep.config.dispatch as { agent?: string } | undefined)?.agent
  return (
    <section className="card figure" aria-labelledby="attach">
      <header>
        <h2 id="attach">Attach an agent</h2>
        <p className="hint">
          {agent ? (
            <>
              Trials go to the agent function <b>{agent}</b> by themselves. Others may help:
            </>
          ) : (
            'On each machine that shall run trials:'
          )}
        </p>
      </header>
      <h3>With wandb</h3>
      <CopyBlock
        label="the commands for wandb"
        text={`export WANDB_BASE_URL=${location.origin}\nexport WANDB_API_KEY=…\nwandb agent ${path}`}
      />
      <h3>With chimney</h3>
      <CopyBlock
        label="the commands for chimney"
        text={`npx chimney login ${location.origin}\nnpx chimney agent ${path}`}
      />
      <p className="soft">
        A key for them comes from <Link href="/authorize">here</Link>.
      </p>
    </section>
  )
})

/** The config in force, as YAML. */
export const Config = memo(function Config({ sweep }: { sweep: SweepBody }) {
  const [yaml, setYaml] = useState<string>()
  useEffect(() => {
    let there = true
    // The writer of YAML is only loaded for those who get this far.
    import('yaml').then(({ stringify }) => there && setYaml(stringify(sweep.config)))
    return () => {
      there = false
    }
  }, [sweep.config])
  return (
    <section className="card figure" aria-labelledby="config">
      <header>
        <h2 id="config">Config</h2>
        <p className="hint">As it is in force, defaults filled in. Seed {sweep.seed}.</p>
        <div className="tools">{yaml && <CopyButton text={yaml} label="the config" />}</div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <pre className="config" tabIndex={0}>
        {yaml ?? ''}
      </pre>
    </section>
  )
})
