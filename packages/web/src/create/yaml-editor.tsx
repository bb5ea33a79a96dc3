import { setDiagnostics } from '@codemirror/lint'
import { Annotation, EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { useEffect, useId, useMemo, useRef } from 'react'
import { useDebounced } from '../ui/use-now.ts'
import { checkConfig } from './check-config.ts'
import { configEditor } from './editor-setup.ts'
import { type Diagnostic, yamlDiagnostics } from './yaml-diagnostics.ts'

const LABEL = 'Config as YAML or JSON; same keys as a W&B sweep config'
/** The text is checked after it has not changed for this long. */
const CHECK_MS = 400
/** A change that comes from the form. */
const outside = Annotation.define<boolean>()

interface Props {
  readonly text: string
  readonly onText: (text: string) => void
  /** Of the service, about this text. */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * The editor of a sweep config. Its style sheets are in a shadow root, where CodeMirror adopts them: the policy of the pages has no inline
 * styles.
 */
export default function YamlEditor({ text, onText, diagnostics: given }: Props) {
  const id = useId()
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  // Texts that were typed and that the page has not rendered yet: the page may be behind the editor.
  const typed = useRef(new Set<string>())
  const latest = useRef({ text, onText })
  latest.current = { text, onText }
  useEffect(() => {
    const element = host.current!
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: () => submit(element) }]),
          configEditor(LABEL),
          EditorView.updateListener.of(({ docChanged, state, transactions }) => {
            if (!docChanged || transactions.some((each) => each.annotation(outside))) return
            typed.current.add(state.doc.toString())
            latest.current.onText(state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    if (!editor) return
    if (editor.state.doc.toString() === text) typed.current.clear()
    else if (!typed.current.has(text))
      editor.dispatch({ changes: changeOf(editor.state.doc.toString(), text), annotations: outside.of(true) })
  }, [text])

  const settled = useDebounced(text, CHECK_MS)
  const diagnostics = useMemo(() => {
    const syntax = yamlDiagnostics(settled)
    const all = [...given, ...(syntax.length > 0 ? syntax : checkConfig(settled).diagnostics)]
    return [...new Map(all.map((each) => [`${each.line} ${each.message}`, each])).values()]
  }, [settled, given])
  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const { doc } = editor.state
    const marks = diagnostics.flatMap(({ line, message, severity }) => {
      if (line === undefined || line > doc.lines) return []
      const { from, to, text } = doc.line(line)
      return [{ from: Math.min(to, from + text.length - text.trimStart().length), to, message, severity }]
    })
    editor.dispatch(setDiagnostics(editor.state, marks))
  }, [diagnostics])

  const select = (line: number) => {
    const editor = view.current
    if (!editor || line > editor.state.doc.lines) return
    const { from, to } = editor.state.doc.line(line)
    editor.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true })
    editor.focus()
  }
  return (
    <div className="editor">
      <p className="muted">
        {LABEL}. <kbd>Ctrl+Space</kbd> completes; <kbd>Esc</kbd> <kbd>Tab</kbd> leaves the editor.
      </p>
      <div ref={host} className="code" />
      <ul className="diagnostics" id={`${id}r`} aria-label="Problems of the config" aria-live="polite">
        {diagnostics.map(({ line, message, severity }) => (
          <li key={`${line} ${message}`} data-severity={severity}>
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

function submit(element: HTMLElement): boolean {
  element.closest('form')?.requestSubmit()
  return true
}

/** The part that differs, so that the cursor and the history of the rest stay. */
function changeOf(before: string, after: string) {
  let start = 0
  while (start < before.length && before[start] === after[start]) start++
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}
