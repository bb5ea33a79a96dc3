import { useMutation } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { createSweep } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { go } from '../app/location.ts'
import { projectUrl, sweepUrl } from '../app/routes.ts'
import { Link } from '../ui/link.tsx'
import { Trouble } from '../ui/feedback.tsx'
import { FormPane } from './config-form.tsx'
import { readForm, type SweepForm, writeForm } from './sweep-form.ts'
import { YamlEditor } from './yaml-editor.tsx'
import { lineOf, type Remark, yamlRemarks } from './yaml-diagnostics.ts'

const EXAMPLE = `method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  batch_size: {values: [16, 32, 64]}
run_cap: 50
`

/** A sweep from a form or a text, each of which follows the other. */
export default function NewSweepPage({ entity, project }: { entity: string; project: string }) {
  const [yaml, setYaml] = useState(EXAMPLE)
  const form = useMemo(() => readForm(yaml), [yaml])
  const made = useMutation({
    mutationFn: () => createSweep(entity, project, yaml),
    onSuccess: (sweep) => go(sweepUrl(entity, project, sweep.id)),
  })
  const { reset } = made
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said of another text is not of this one
  useEffect(() => reset(), [yaml, reset])
  const remarks = useMemo(() => [...yamlRemarks(yaml), ...remarksOf(made.error, yaml)], [yaml, made.error])
  const onForm = (next: SweepForm) => form && setYaml(writeForm(yaml, form, next))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        made.mutate()
      }}
    >
      <div className="head">
        <div>
          <h1>New sweep</h1>
          <p className="soft">
            in <Link href={projectUrl(entity, project)}>{project}</Link>. Form and text follow each other.
          </p>
        </div>
        <span className="grow" />
        <Link className="button" href={projectUrl(entity, project)}>
          Not now
        </Link>
        <button type="submit" className="main" disabled={made.isPending}>
          Start the sweep
        </button>
      </div>
      {made.error && <Trouble error={shortened(made.error)} />}
      <div className="columns">
        <section className="card" aria-label="As a form">
          <FormPane form={form} onForm={onForm} />
        </section>
        <section className="card" aria-label="As a text">
          <YamlEditor text={yaml} onText={setYaml} remarks={remarks} />
        </section>
      </div>
    </form>
  )
}

/** The list of what is wrong stands at the text. */
const shortened = (error: Error): Error =>
  error instanceof ApiError && error.errors.length > 0
    ? new Error(
        error.errors.length === 1
          ? 'The config was not taken; see the remark at its line.'
          : `The config was not taken; see the ${error.errors.length} remarks at their lines.`,
      )
    : error

function remarksOf(error: Error | null, yaml: string): Remark[] {
  if (!(error instanceof ApiError)) return []
  return error.errors.map(({ path, message, fix }) => {
    const line = path === '' ? undefined : lineOf(yaml, path)
    return {
      ...(line !== undefined && { line }),
      message: `${path === '' ? '' : `${path} `}${message}${fix === undefined ? '' : `: ${fix}`}`,
    }
  })
}
