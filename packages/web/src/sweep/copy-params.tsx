import { useState } from 'react'
import { FORMS, type Form, paramsText } from '../model/params-text.ts'
import { CopyButton } from '../ui/copy-block.tsx'

/** Copies parameters with all digits, in the form that is selected. */
export function CopyParams({ params }: { params: Readonly<Record<string, unknown>> }) {
  const [form, setForm] = useState<Form>('YAML')
  return (
    <div className="copy-params">
      <select
        aria-label="Copy parameters as"
        value={form}
        onChange={(event) => setForm(event.target.value as Form)}
      >
        {FORMS.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <CopyButton text={paramsText(params, form)} label="the parameters of the best trial" />
    </div>
  )
}
