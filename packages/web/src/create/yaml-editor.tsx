import { useId, useRef } from 'react'
import type { Diagnostic } from './yaml-diagnostics.ts'

/** Text area with line numbers and a list of diagnostics. */
export function YamlEditor({
  text,
  onText,
  diagnostics,
}: {
  text: string
  onText: (text: string) => void
  diagnostics: readonly Diagnostic[]
}) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const lines = text.split('\n')
  const invalid = new Set(diagnostics.map(({ line }) => line))
  const select = (line: number) => {
    const element = area.current
    if (!element) return
    const from = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
    element.focus()
    element.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0))
  }
  return (
    <div className="editor">
      <label htmlFor={id}>Config as YAML or JSON; same keys as a W&B sweep config</label>
      <div className="lines">
        <pre ref={gutter} aria-hidden="true">
          {lines.map((_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <span key={i} data-invalid={invalid.has(i + 1) || undefined}>
              {i + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          id={id}
          spellCheck={false}
          wrap="off"
          value={text}
          aria-invalid={diagnostics.length > 0}
          aria-describedby={`${id}r`}
          onChange={(event) => onText(event.target.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
          }}
        />
      </div>
      <ul className="diagnostics" id={`${id}r`}>
        {diagnostics.map(({ line, message }) => (
          <li key={`${line} ${message}`}>
            {line === undefined ? (
              message
            ) : (
              <>
                <button type="button" className="ghost" onClick={() => select(line)}>
                  Line {line}
                </button>{' '}
                {message}
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
