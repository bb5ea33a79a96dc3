import './no-eval.ts'

import { sweepJsonSchema } from '@chimney/core/schema/sweep-json-schema'
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { lintGutter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { parseDocument } from 'yaml'
import { type Offer, schemaHelp } from './schema-help.ts'
import { yamlCursorAt } from './yaml-cursor.ts'

let made: ReturnType<typeof schemaHelp> | undefined
const help = () => {
  made ??= schemaHelp(sweepJsonSchema())
  return made
}

/** Editor of a sweep config: highlighting, completion and explanations from its JSON Schema. */
export const configEditor = (label: string): Extension => [
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  indentOnInput(),
  indentUnit.of('  '),
  yaml(),
  syntaxHighlighting(HIGHLIGHT),
  autocompletion({ override: [complete], icons: false }),
  hoverTooltip(explain),
  EditorView.contentAttributes.of({
    'aria-label': label,
    tabindex: '0',
    spellcheck: 'false',
    autocapitalize: 'off',
  }),
  EditorView.domEventHandlers({ beforeinput: typeLines }),
  // The editor leaves Tab alone after Escape.
  keymap.of([...completionKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap]),
  THEME,
]

/** Chromium gives lines that it joins or splits inline styles, which the policy refuses and reports. */
function typeLines(event: InputEvent, view: EditorView): boolean {
  const { from, to } = view.state.selection.main
  const { doc } = view.state
  if (event.inputType !== 'insertText' || event.data === null) return false
  if (doc.lineAt(from).number === doc.lineAt(to).number && !event.data.includes('\n')) return false
  event.preventDefault()
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type' })
  return true
}

const optionsOf = (offers: readonly Offer[], type: string, after: string) =>
  offers.map(({ label, info }) => ({ label, type, apply: label + after, ...(info !== '' && { info }) }))

function complete(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString()
  const { path, key, from } = yamlCursorAt(text, context.pos)
  if (from === context.pos && !context.explicit && !/[:{]\s$/.test(text.slice(0, context.pos))) return null
  const rest = text.slice(context.pos, text.indexOf('\n', context.pos) >>> 0)
  const options =
    key === undefined
      ? optionsOf(help().keys(path, writtenAt(text, path, from)), 'property', /^\s*:/.test(rest) ? '' : ': ')
      : optionsOf(help().values(path, key), 'enum', '')
  return options.length === 0 ? null : { from, options, validFor: /^\w*$/ }
}

/** The values of the mapping at a path, without the key that is being typed. */
function writtenAt(text: string, path: readonly string[], from: number): Readonly<Record<string, unknown>> {
  const end = from + (/^[\w.-]*/.exec(text.slice(from))?.[0].length ?? 0)
  try {
    const document = parseDocument(text.slice(0, from) + text.slice(end))
    // An item of a list is not known by its position here.
    const at = path.includes('[]') ? undefined : path.length === 0 ? document.contents : document.getIn(path)
    const value = (at as { toJSON?: () => unknown } | undefined)?.toJSON?.()
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function explain(view: EditorView, position: number): Tooltip | null {
  const { text, from } = view.state.doc.lineAt(position)
  const column = position - from
  const start = column - (/[\w.-]*$/.exec(text.slice(0, column))?.[0].length ?? 0)
  const end = column + (/^[\w.-]*/.exec(text.slice(column))?.[0].length ?? 0)
  if (start === end) return null
  const { path, key } = yamlCursorAt(view.state.doc.toString(), from + start)
  const word = text.slice(start, end)
  const info =
    key === undefined
      ? help().about(path, word)
      : help()
          .values(path, key)
          .find(({ label }) => label === word)?.info
  if (!info) return null
  return {
    pos: from + start,
    end: from + end,
    above: true,
    create: () => {
      const dom = document.createElement('div')
      dom.className = 'explanation'
      dom.textContent = info
      return { dom }
    },
  }
}

const HIGHLIGHT = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--early)' },
])

const THEME = EditorView.theme({
  '&': {
    height: '420px',
    border: '1px solid var(--edge)',
    borderRadius: '7px',
    background: 'var(--surface)',
    color: 'var(--text)',
    fontSize: '12.5px',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-scroller': {
    lineHeight: '1.5',
    fontFamily: 'ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace',
  },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { background: 'var(--background)', color: 'var(--muted)', border: '0' },
  '.cm-activeLine': { background: 'transparent' },
  '&.cm-focused .cm-activeLine': { background: 'color-mix(in srgb, var(--accent-soft) 45%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-tooltip': {
    background: 'var(--surface)',
    color: 'var(--text)',
    border: '1px solid var(--edge)',
    borderRadius: '7px',
  },
  '.cm-tooltip .explanation, .cm-tooltip.cm-completionInfo': { maxWidth: '340px', padding: '6px 9px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-diagnostic': { color: 'var(--text)' },
})
