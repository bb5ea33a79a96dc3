import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { createSweep, getSweep, listSweeps, type SweepAt } from '../api/endpoints.ts'
import { ApiError } from '../api/request.ts'
import { navigate, useLocation } from '../app/location.ts'
import { newSweepFromUrl, projectUrl, sweepUrl } from '../app/routes.ts'
import { ErrorMessage, Loading } from '../ui/feedback.tsx'
import { lazyPage } from '../ui/lazy-page.tsx'
import { Link } from '../ui/link.tsx'
import { ConfigForm } from './config-form.tsx'
import { draftYaml, parseChanges } from './sweep-draft.ts'
import { parseForm, type SweepForm, updateYaml } from './sweep-form.ts'
import { TEMPLATES } from './sweep-templates.ts'
import { type Diagnostic, issueDiagnostics } from './yaml-diagnostics.ts'

/** The editor and the checks of the config are large. */
const YamlEditor = lazyPage(
  () => import('./yaml-editor.tsx'),
  ({ text }) => <pre className="editor-placeholder">{text}</pre>,
)
const EstimateCard = lazyPage(
  () => import('./estimate-card.tsx'),
  () => null,
)

/** Sweeps of the project that are offered to copy from. */
const MAX_SOURCES = 20

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
  if (from === null) return <Editor entity={entity} project={project} start={TEMPLATES[0]!.yaml} draft="" />
  if (source.error) return <ErrorMessage error={source.error} retry={() => void source.refetch()} />
  if (!source.data || start === undefined) return <Loading what="the config" />
  const of = {
    name: source.data.name ?? source.data.id,
    id: source.data.id,
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
  readonly of?: { readonly id: string; readonly name: string; readonly url: string; readonly changes: number }
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
  const diagnostics = useMemo(() => diagnosticsOf(creation.error, yaml), [yaml, creation.error])
  const source = of?.id
  const like = useMemo<SweepAt | undefined>(
    () => (source === undefined ? undefined : { entity, project, sweep: source }),
    [entity, project, source],
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
        <Sources entity={entity} project={project} onTemplate={setYaml} />
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
      <EstimateCard text={yaml} like={like} />
    </form>
  )
}

/** Begins with a template, or with the config of a sweep. Undo in the editor brings the text back. */
function Sources({
  entity,
  project,
  onTemplate,
}: Props & {
  readonly onTemplate: (yaml: string) => void
}) {
  const [isWanted, setIsWanted] = useState(false)
  const sweeps = useQuery({
    // Not before: a project begins with its first sweep, and there is nothing to list.
    enabled: isWanted,
    queryKey: ['sweep-sources', entity, project],
    queryFn: () => listSweeps(entity, project),
    staleTime: 60_000,
  })
  return (
    <select
      aria-label="Start from"
      value=""
      onPointerEnter={() => setIsWanted(true)}
      onFocus={() => setIsWanted(true)}
      onChange={({ target: { value } }) => {
        const template = TEMPLATES.find(({ name }) => name === value)
        if (template) onTemplate(template.yaml)
        else if (value !== '') navigate(newSweepFromUrl(entity, project, value))
      }}
    >
      <option value="">Start from…</option>
      <optgroup label="Templates">
        {TEMPLATES.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </optgroup>
      {(sweeps.data?.items.length ?? 0) > 0 && (
        <optgroup label="Sweeps of this project">
          {sweeps.data?.items.slice(0, MAX_SOURCES).map(({ id, name }) => (
            <option key={id} value={id}>
              {name ?? id}
            </option>
          ))}
        </optgroup>
      )}
    </select>
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

const diagnosticsOf = (error: Error | null, yaml: string): readonly Diagnostic[] =>
  error instanceof ApiError ? issueDiagnostics(yaml, error.errors, error.warnings) : []
