import { type ComponentProps, useId, useState } from 'react'
import type { Kind, ParameterForm, SweepForm } from './sweep-form.ts'

const METHODS = ['bayes', 'random', 'grid', 'sobol', 'tpe', 'gp', 'cmaes']
const STOPPERS = ['hyperband', 'asha', 'median', 'percentile', 'threshold', 'patience']
const KINDS: readonly (readonly [Kind, string])[] = [
  ['range', 'uniform'],
  ['log', 'log-uniform'],
  ['integer', 'integer'],
  ['values', 'choice'],
  ['constant', 'constant'],
]

/** Form for the common parts of a sweep config; everything else is edited as YAML. */
export function ConfigForm({
  form,
  onForm,
}: {
  form: SweepForm | undefined
  onForm: (form: SweepForm) => void
}) {
  if (!form)
    return (
      <p className="muted" role="status">
        Fix the YAML to use the form.
      </p>
    )
  const set = (change: Partial<SweepForm>) => onForm({ ...form, ...change })
  const setParameter = (at: number, change: Partial<ParameterForm>) =>
    set({ parameters: form.parameters.map((each, i) => (i === at ? { ...each, ...change } : each)) })
  return (
    <div className="sweep-form">
      <div className="fields">
        <TextField label="Name" text={form.name} onText={(name) => set({ name })} />
        <SelectField
          label="Method"
          value={form.method}
          options={METHODS}
          onValue={(method) => set({ method })}
        />
        <TextField label="Metric" text={form.metric} onText={(metric) => set({ metric })} />
        <SelectField
          label="Goal"
          value={form.goal}
          options={['minimize', 'maximize']}
          onValue={(goal) => set({ goal })}
        />
        <TextField label="Max trials" text={form.cap} onText={(cap) => set({ cap })} />
        <SelectField
          label="Early stopping"
          value={form.early}
          options={STOPPERS}
          none="none"
          onValue={(early) => set({ early })}
        />
      </div>
      <h3>Parameters</h3>
      <ul className="parameters">
        {form.parameters.map((parameter, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the name changes while it is typed
          <li key={i}>
            <ParameterRow
              parameter={parameter}
              others={form.parameters.filter((_, at) => at !== i).map(({ name }) => name)}
              onChange={(change) => setParameter(i, change)}
              onRemove={() => set({ parameters: form.parameters.filter((_, at) => at !== i) })}
            />
          </li>
        ))}
      </ul>
      <button
        type="button"
        onClick={() =>
          set({
            parameters: [
              ...form.parameters,
              { name: freeName(form.parameters), kind: 'range', values: '', min: '0.0', max: '1.0' },
            ],
          })
        }
      >
        Add parameter
      </button>
    </div>
  )
}

const freeName = (parameters: readonly ParameterForm[]): string => {
  let number = parameters.length + 1
  while (parameters.some(({ name }) => name === `parameter_${number}`)) number++
  return `parameter_${number}`
}

function ParameterRow({
  parameter: { name, kind, values, min, max },
  others,
  onChange,
  onRemove,
}: {
  parameter: ParameterForm
  /** Names of the other parameters. */
  others: readonly string[]
  onChange: (change: Partial<ParameterForm>) => void
  onRemove: () => void
}) {
  const lists = kind === 'values' || kind === 'constant'
  return (
    <>
      <NameInput name={name} others={others} onName={(next) => onChange({ name: next })} />
      {kind === 'other' ? (
        <span className="muted grow">edit in YAML</span>
      ) : (
        <>
          <select
            aria-label={`Distribution of ${name}`}
            value={kind}
            onChange={(event) => onChange({ kind: event.target.value as Kind })}
          >
            {KINDS.map(([each, label]) => (
              <option key={each} value={each}>
                {label}
              </option>
            ))}
          </select>
          {lists ? (
            <DraftInput
              aria-label={`Values of ${name}`}
              className="grow"
              placeholder={kind === 'values' ? '16, 32, 64' : '1'}
              text={values}
              onText={(text) => onChange({ values: text })}
            />
          ) : (
            <>
              <DraftInput
                aria-label={`Min of ${name}`}
                className="end"
                inputMode="decimal"
                text={min}
                onText={(text) => onChange({ min: text })}
              />
              <span className="muted">to</span>
              <DraftInput
                aria-label={`Max of ${name}`}
                className="end"
                inputMode="decimal"
                text={max}
                onText={(text) => onChange({ max: text })}
              />
            </>
          )}
        </>
      )}
      <button type="button" className="ghost" aria-label={`Remove ${name}`} onClick={onRemove}>
        ×
      </button>
    </>
  )
}

/**
 * While it has the focus it shows what was typed: the config has the parsed value, which is written differently before the text is
 * complete (`0.` is 0, `16,` is one value).
 */
function DraftInput({
  text,
  onText,
  ...rest
}: { text: string; onText: (text: string) => void } & Omit<ComponentProps<'input'>, 'value' | 'onChange'>) {
  const [draft, setDraft] = useState<string>()
  return (
    <input
      {...rest}
      value={draft ?? text}
      onChange={(event) => {
        setDraft(event.target.value)
        onText(event.target.value)
      }}
      onBlur={() => setDraft(undefined)}
    />
  )
}

/** Renames when the field is left or with Enter: on the way, a name may be that of another parameter (`lr` in `lr_decay`). */
function NameInput({
  name,
  others,
  onName,
}: {
  name: string
  others: readonly string[]
  onName: (name: string) => void
}) {
  const [draft, setDraft] = useState<{ readonly of: string; readonly text: string }>()
  const text = draft?.of === name ? draft.text : name
  const problem = text.trim() === '' ? 'A parameter needs a name' : others.includes(text) ? 'Name in use' : ''
  const rename = () => {
    if (problem === '' && text !== name) onName(text)
  }
  return (
    <input
      aria-label={`Name of ${name}`}
      className="name"
      value={text}
      aria-invalid={problem !== ''}
      title={problem}
      onChange={(event) => setDraft({ of: name, text: event.target.value })}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        rename()
      }}
    />
  )
}

function TextField({ label, text, onText }: { label: string; text: string; onText: (text: string) => void }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <DraftInput id={id} text={text} onText={onText} />
    </>
  )
}

function SelectField({
  label,
  value,
  options,
  none,
  onValue,
}: {
  label: string
  value: string
  options: readonly string[]
  none?: string
  onValue: (value: string) => void
}) {
  const id = useId()
  const known = value === '' || options.includes(value) ? options : [...options, value]
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.target.value)}>
        {(none !== undefined || value === '') && <option value="">{none ?? 'choose'}</option>}
        {known.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </>
  )
}
