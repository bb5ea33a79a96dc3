/**
 * Only files of this origin, no inline scripts or styles, and no HTML from text. Notebooks on the user's machine may frame pages,
 * as the W&B client does with runs and sweeps; other frames have no cookie (`SameSite=Strict`).
 */
const contentSecurityPolicy = (files: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${files}`,
    `media-src 'self' blob:${files}`,
    `connect-src 'self'${files}`,
    // HTML that runs log, in its own sandbox.
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

/** Headers of pages and their files. `filesOrigin`: where the files of runs are, if not at the service. */
export const pageHeaders = (filesOrigin?: string): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': contentSecurityPolicy(filesOrigin === undefined ? '' : ` ${filesOrigin}`),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
})
