import type { SweepBody } from '@chimney/core/schema/api/sweeps'
import { memo, useEffect, useState } from 'react'
import type { SweepAt } from '../api/endpoints.ts'
import { serviceUrl } from '../app/base.ts'
import { CopyBlock, CopyButton } from '../ui/copy-block.tsx'
import { Link } from '../ui/link.tsx'

/** Commands that start an agent. */
export const AgentCommands = memo(function AgentCommands({ at, sweep }: { at: SweepAt; sweep: SweepBody }) {
  const path = `${at.entity}/${at.project}/${at.sweep}`
  const agent = (sweep.config.dispatch as { agent?: string } | undefined)?.agent
  return (
    <section className="card figure" aria-labelledby="attach">
      <header>
        <h2 id="attach">Start an agent</h2>
        <p className="hint">
          {agent ? (
            <>
              Dispatched automatically to the agent function <b>{agent}</b>; more agents can join:
            </>
          ) : (
            'On each machine that should run trials:'
          )}
        </p>
      </header>
      <h3>With wandb</h3>
      <CopyBlock
        label="the commands for wandb"
        text={`export WANDB_BASE_URL=${serviceUrl()}\nexport WANDB_API_KEY=…\nexport WANDB__FILE_STREAM_NO_GZIP=false\nwandb agent ${path}`}
      />
      <h3>With chimney</h3>
      <CopyBlock
        label="the commands for chimney"
        text={`npx chimney login ${serviceUrl()}\nnpx chimney agent ${path}`}
      />
      <p className="muted">
        <Link href="/authorize">Create an API key.</Link>
      </p>
    </section>
  )
})

/** The effective config as YAML. */
export const Config = memo(function Config({ sweep }: { sweep: SweepBody }) {
  const [yaml, setYaml] = useState<string>()
  useEffect(() => {
    let mounted = true
    // Loaded on demand: the YAML library is 27 KB compressed.
    import('yaml').then(({ stringify }) => mounted && setYaml(stringify(sweep.config)))
    return () => {
      mounted = false
    }
  }, [sweep.config])
  return (
    <section className="card figure" aria-labelledby="config">
      <header>
        <h2 id="config">Config</h2>
        <p className="hint">Effective config. Seed {sweep.seed}.</p>
        <div className="tools">{yaml && <CopyButton text={yaml} label="the config" />}</div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard has to reach it */}
      <pre className="config" tabIndex={0}>
        {yaml ?? ''}
      </pre>
    </section>
  )
})
