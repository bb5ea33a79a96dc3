import { useId } from 'react'
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
  onChange,
  onRemove,
}: {
  parameter: ParameterForm
  onChange: (change: Partial<ParameterForm>) => void
  onRemove: () => void
}) {
  const lists = kind === 'values' || kind === 'constant'
  return (
    <>
      <input
        aria-label={`Name of ${name}`}
        className="name"
        value={name}
        onChange={(event) => event.target.value !== '' && onChange({ name: event.target.value })}
      />
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
            <input
              aria-label={`Values of ${name}`}
              className="grow"
              placeholder={kind === 'values' ? '16, 32, 64' : '1'}
              value={values}
              onChange={(event) => onChange({ values: event.target.value })}
            />
          ) : (
            <>
              <input
                aria-label={`Min of ${name}`}
                className="end"
                inputMode="decimal"
                value={min}
                onChange={(event) => onChange({ min: event.target.value })}
              />
              <span className="muted">to</span>
              <input
                aria-label={`Max of ${name}`}
                className="end"
                inputMode="decimal"
                value={max}
                onChange={(event) => onChange({ max: event.target.value })}
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

function TextField({ label, text, onText }: { label: string; text: string; onText: (text: string) => void }) {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input id={id} value={text} onChange={(event) => onText(event.target.value)} />
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
