import { type Json, stringifyJson } from './json.ts'
import { type Issue, Problem } from './problem.ts'

/** Bounds what is stored with a sweep and sent with each answer. */
const MAX_WARNINGS = 100

/** Collects the errors and warnings of a config, so that one answer names all of them. */
export class Diagnostics {
  readonly issues: Issue[] = []
  readonly #warnings: string[] = []
  readonly #notes = new Set<string>()

  error(path: string, message: string, fix?: string): undefined {
    this.issues.push(fix === undefined ? { path, message } : { path, message, fix })
    return undefined
  }

  /** The sweep may differ from what was meant, or from what W&B does. */
  warn(message: string): void {
    this.#warnings.push(message)
  }

  /** A warning about something that is harmless, and that W&B does without a word. */
  note(message: string): void {
    this.#warnings.push(message)
    this.#notes.add(message)
  }

  /** All warnings, notes included; of very many the first ones and their number. */
  get warnings(): readonly string[] {
    const count = this.#warnings.length
    if (count <= MAX_WARNINGS) return this.#warnings
    const shown = this.#warnings.slice(0, MAX_WARNINGS - 1)
    return [...shown, `and ${count - shown.length} more warnings`]
  }

  /** Those of {@link warnings} that are harmless. */
  get notes(): readonly string[] {
    return this.warnings.filter((warning) => this.#notes.has(warning))
  }

  /** Throws a Problem with all errors and warnings, if there is an error. */
  throwIfInvalid(): void {
    if (this.issues.length === 0) return
    const [first] = this.issues
    const more = this.issues.length > 1 ? ` (and ${this.issues.length - 1} more)` : ''
    const where = first!.path === '' ? '' : `${first!.path}: `
    throw new Problem(
      'invalid',
      'invalid-sweep-config',
      `invalid sweep config: ${where}${first!.message}${more}`,
      { issues: this.issues, warnings: this.warnings },
    )
  }
}

/** The JSON text of a value, cut to at most 60 characters. */
export function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : stringifyJson(value, { nonFinite: 'string' })
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
