import { useEffect, useRef, useState } from 'react'

/** Text to take away: a command, a key. */
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
    // Without HTTPS, elsewhere than on the reader's own machine, a page may not write to the clipboard.
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
    <button type="button" className="quiet" onClick={copy} aria-label={`Copy ${label}`}>
      <span aria-live="polite">
        {result === 'copied' ? '✓ Copied' : result === 'failed' ? 'Select and copy' : 'Copy'}
      </span>
    </button>
  )
}
