import { type Json, plainOf } from './json.ts'
import { type Issue, Problem } from './problem.ts'

/** Collects the errors and warnings of a config, so that one answer names all of them. */
export class Diagnostics {
  readonly issues: Issue[] = []
  readonly warnings: string[] = []

  error(path: string, message: string, fix?: string): undefined {
    this.issues.push(fix === undefined ? { path, message } : { path, message, fix })
    return undefined
  }

  warn(message: string): void {
    this.warnings.push(message)
  }

  /** Throws a Problem with all errors, if there is one. */
  throwIfInvalid(): void {
    if (this.issues.length === 0) return
    const [first] = this.issues
    const more = this.issues.length > 1 ? ` (and ${this.issues.length - 1} more)` : ''
    const where = first!.path === '' ? '' : `${first!.path}: `
    throw new Problem(
      'invalid',
      'invalid-sweep-config',
      `invalid sweep config: ${where}${first!.message}${more}`,
      { issues: this.issues },
    )
  }
}

/** The JSON text of a value, cut to at most 60 characters. */
export function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(plainOf(value))
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
