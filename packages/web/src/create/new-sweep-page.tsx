import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { createSweep, getSweep } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { navigate, useLocation } from '../app/location.ts'
import { projectUrl, sweepUrl } from '../app/routes.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { Link } from '../ui/link.tsx'
import { ConfigForm } from './config-form.tsx'
import { draftYaml, parseChanges } from './sweep-draft.ts'
import { parseForm, type SweepForm, updateYaml } from './sweep-form.ts'
import { type Diagnostic, lineOf, yamlDiagnostics } from './yaml-diagnostics.ts'
import { YamlEditor } from './yaml-editor.tsx'

const EXAMPLE = `method: bayes
metric: {name: loss, goal: minimize}
parameters:
  lr: {distribution: log_uniform_values, min: 0.0001, max: 0.1}
  batch_size: {values: [16, 32, 64]}
run_cap: 50
`

interface Props {
  readonly entity: string
  readonly project: string
}

/** Creates a sweep from a config: an example, or that of another sweep with some changes (`from` and `changes` in the address). */
export default function NewSweepPage({ entity, project }: Props) {
  const { query } = useLocation()
  const from = query.get('from')
  const changes = query.get('changes')
  const source = useQuery({
    enabled: from !== null,
    queryKey: ['sweep-config', entity, project, from],
    queryFn: () => getSweep({ entity, project, sweep: from! }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const start = useMemo(
    () => source.data && draftYaml(source.data.config, source.data.id, parseChanges(changes)),
    [source.data, changes],
  )
  if (from === null) return <Editor entity={entity} project={project} start={EXAMPLE} draft="" />
  if (source.error) return <ErrorMessage error={source.error} retry={() => void source.refetch()} />
  if (!source.data || start === undefined) return <Loading what="the config" />
  const of = {
    name: source.data.name ?? source.data.id,
    url: sweepUrl(entity, project, source.data.id),
    changes: parseChanges(changes).length,
  }
  const draft = ` ${from} ${changes ?? ''}`
  return <Editor key={draft} entity={entity} project={project} start={start} draft={draft} of={of} />
}

function Editor({
  entity,
  project,
  start,
  draft,
  of,
}: Props & {
  readonly start: string
  readonly draft: string
  /** The sweep whose config it is. */
  readonly of?: { readonly name: string; readonly url: string; readonly changes: number }
}) {
  const { yaml, setYaml, isDraft, discard } = useDraft(`new-sweep ${entity}/${project}${draft}`, start)
  const form = useMemo(() => parseForm(yaml), [yaml])
  const creation = useMutation({
    mutationFn: () => createSweep(entity, project, yaml),
    onSuccess: (sweep) => {
      discard()
      navigate(sweepUrl(entity, project, sweep.id))
    },
  })
  const { reset } = creation
  // biome-ignore lint/correctness/useExhaustiveDependencies: errors of the previous text are stale
  useEffect(() => reset(), [yaml, reset])
  const diagnostics = useMemo(
    () => [...yamlDiagnostics(yaml), ...diagnosticsOf(creation.error, yaml)],
    [yaml, creation.error],
  )
  const onForm = (next: SweepForm) => form && setYaml(updateYaml(yaml, form, next))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        creation.mutate()
      }}
    >
      <div className="page-header">
        <div>
          <h1>New sweep</h1>
          <p className="muted">
            in <Link href={projectUrl(entity, project)}>{project}</Link>
            {of && (
              <>
                , with the config of <Link href={of.url}>{of.name}</Link>
                {of.changes > 0 && (of.changes === 1 ? ' and 1 change' : ` and ${of.changes} changes`)}
              </>
            )}
            . Form and YAML stay in sync.
            {isDraft && (
              <>
                {' '}
                Your text is kept in this tab.{' '}
                <button type="button" className="ghost" onClick={discard}>
                  Start over
                </button>
              </>
            )}
          </p>
        </div>
        <span className="grow" />
        <Link className="button" href={projectUrl(entity, project)}>
          Cancel
        </Link>
        <button type="submit" className="primary" disabled={creation.isPending}>
          Create sweep
        </button>
      </div>
      {creation.error && <ErrorMessage error={withoutDetails(creation.error)} />}
      <div className="columns">
        <section className="card" aria-label="Form">
          <ConfigForm form={form} onForm={onForm} />
        </section>
        <section className="card" aria-label="YAML">
          <YamlEditor text={yaml} onText={setYaml} diagnostics={diagnostics} />
        </section>
      </div>
    </form>
  )
}

/** The text of the editor, kept for the tab until a sweep is created: leaving the page, and Back, do not lose it. */
function useDraft(key: string, start: string) {
  const [yaml, setText] = useState(() => sessionStorage.getItem(key) ?? start)
  const setYaml = (text: string) => {
    setText(text)
    if (text === start) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text)
  }
  return { yaml, setYaml, isDraft: yaml !== start, discard: () => setYaml(start) }
}

/** The details are listed below the editor. */
const withoutDetails = (error: Error): Error =>
  error instanceof ApiError && error.errors.length > 0
    ? new Error(error.errors.length === 1 ? '1 error' : `${error.errors.length} errors`)
    : error

function diagnosticsOf(error: Error | null, yaml: string): Diagnostic[] {
  if (!(error instanceof ApiError)) return []
  const errors = error.errors.map(({ path, message, fix }) => {
    const line = path === '' ? undefined : lineOf(yaml, path)
    return {
      ...(line !== undefined && { line }),
      message: `${path === '' ? '' : `${path} `}${message}${fix === undefined ? '' : `: ${fix}`}`,
    }
  })
  return [...errors, ...error.warnings.map(warningOf)]
}

/** Warnings about YAML begin with their line. */
function warningOf(warning: string): Diagnostic {
  const [whole = '', line] = /^line (\d+): /.exec(warning) ?? []
  return line === undefined
    ? { message: `warning: ${warning}` }
    : { line: Number(line), message: `warning: ${warning.slice(whole.length)}` }
}
