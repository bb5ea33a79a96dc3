import { Float } from '@chimney/core/schema/json'
import { stringify } from 'csv-stringify/sync'

/**
 * CSV after RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe in front, because parameters and
 * reasons come from users; numbers stay unchanged. `raw` disables this.
 */
export const csvOf = (rows: readonly (readonly unknown[])[], raw = false): string =>
  stringify(
    [...rows].map((row) => [...row]),
    {
      record_delimiter: 'windows',
      escape_formulas: !raw,
      // The library quotes the record delimiter only, but a lone CR or LF needs quotes too.
      quoted_match: /[\r\n]/,
      cast: {
        boolean: String,
        object: (value) => (value instanceof Float ? String(value.value) : JSON.stringify(value)),
      },
    },
  )
