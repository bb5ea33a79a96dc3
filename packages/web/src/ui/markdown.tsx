import { isValidElement, type ReactNode } from 'react'
import ReactMarkdown from 'react-markdown'
import remarkGfm from 'remark-gfm'

/** Language of blocks that `renderBlock` shows. */
const BLOCK = 'language-panel'

/** Markdown as elements, without HTML. Images of other addresses are refused by the policy of the pages, so they are links. */
export default function Markdown({
  text,
  renderBlock,
}: {
  text: string
  renderBlock?: (text: string) => ReactNode
}) {
  return (
    <div className="markdown">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        components={{
          a: ({ href, children }) => (
            <a href={href} {...(/^https?:/.test(href ?? '') && { target: '_blank', rel: 'noreferrer' })}>
              {children}
            </a>
          ),
          img: ({ src, alt }) => (
            <a href={String(src ?? '')} target="_blank" rel="noreferrer">
              {alt || String(src ?? '')}
            </a>
          ),
          input: ({ checked }) => (
            <input
              type="checkbox"
              disabled
              checked={checked}
              aria-label={checked ? 'done' : 'not done'}
              readOnly
            />
          ),
          // The heading of the page is the only one of the first level.
          h1: ({ children }) => <h2>{children}</h2>,
          pre: ({ children }) => {
            const code = isValidElement<{ className?: string; children?: ReactNode }>(children)
              ? children.props
              : undefined
            return renderBlock && code?.className === BLOCK ? (
              renderBlock(String(code.children))
            ) : (
              <pre>{children}</pre>
            )
          },
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  )
}
