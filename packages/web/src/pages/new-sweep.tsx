import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { createSweep } from '../api/calls.ts'
import { go } from '../app/place.ts'
import { sweepUrl } from '../app/routes.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Trouble } from '../ui/trouble.tsx'

const EXAMPLE = `method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  batch_size: {values: [16, 32, 64]}
run_cap: 50
`

/** A sweep from its config; what the service refuses is told with its place. */
export function NewSweep({
  entity,
  project,
  onClose,
}: {
  entity: string
  project: string
  onClose: () => void
}) {
  const [yaml, setYaml] = useState(EXAMPLE)
  const id = useId()
  const made = useMutation({
    mutationFn: () => createSweep(entity, project, yaml),
    onSuccess: (sweep) => go(sweepUrl(entity, project, sweep.id)),
  })
  return (
    <Dialog title="New sweep" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          made.mutate()
        }}
      >
        <label htmlFor={id}>Config, as YAML or JSON; W&B's keys mean here what they mean there</label>
        <textarea
          id={id}
          rows={14}
          spellCheck={false}
          value={yaml}
          onChange={(event) => setYaml(event.target.value)}
        />
        {made.error && <Trouble error={made.error} />}
        <div className="row end">
          <button type="button" onClick={onClose}>
            Not now
          </button>
          <button type="submit" className="main" disabled={made.isPending}>
            Start the sweep
          </button>
        </div>
      </form>
    </Dialog>
  )
}
