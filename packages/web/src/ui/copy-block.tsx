import { useEffect, useRef, useState } from 'react'

/** Preformatted text with a copy button. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="copy">
      <pre>{text}</pre>
      <CopyButton text={text} label={label} />
    </div>
  )
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [result, setResult] = useState<'copied' | 'failed'>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    // The clipboard API needs a secure context: HTTPS or localhost.
    setResult(
      (await navigator.clipboard?.writeText(text).then(
        () => 'copied' as const,
        () => 'failed' as const,
      )) ?? 'failed',
    )
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setResult(undefined), 2_000)
  }
  return (
    <button type="button" className="ghost" onClick={copy}>
      <span aria-live="polite">
        {result === 'copied' ? '✓ Copied' : result === 'failed' ? 'Select and copy' : 'Copy'}
      </span>
      <span className="hidden"> {label}</span>
    </button>
  )
}
