/** Media that the browser shows itself, and those that are only linked. */
import type { RunAt } from '../api/endpoints.ts'
import { addressOf } from '../app/base.ts'
import { readOnly } from '../app/share-link.ts'
import { formatBytes } from '../model/format.ts'
import { htmlPath } from './media-endpoints.ts'
import { kindOf, type MediaValue, partsOf, typeName } from './media-value.ts'
import { useFileUrl } from './use-media.ts'

interface Props {
  readonly at: RunAt
  readonly name: string
  readonly value: MediaValue
}

/** In a frame without an origin, from an address with its own policy. A frame sends no share token: there it is a download. */
export const HtmlPanel = (props: Props) => (readOnly ? <FilePanel {...props} /> : <HtmlFrames {...props} />)

const HtmlFrames = ({ at, name, value }: Props) =>
  partsOf(value).map(({ path }, i) => (
    <iframe
      // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
      key={`${i} ${path}`}
      className="media-frame"
      title={name}
      sandbox="allow-scripts"
      loading="lazy"
      src={addressOf(htmlPath(at, path ?? ''))}
    />
  ))

export const SoundPanel = (props: Props) => (
  <ul className="media-list">
    {partsOf(props.value).map((part, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
      <li key={`${i} ${part.path}`}>
        <Player {...props} value={part} />
        {part.caption && <p>{part.caption}</p>}
      </li>
    ))}
  </ul>
)

export function Player({ at, name, value }: Props) {
  const url = useFileUrl(at, value.path)
  if (!url.data) return null
  const label = value.caption || name
  // A video from an array is a GIF.
  if (value.path?.endsWith('.gif')) return <img src={url.data} alt={label} loading="lazy" />
  return value._type.startsWith('audio') ? (
    // biome-ignore lint/a11y/useMediaCaption: the program that logged it gave none
    <audio controls preload="metadata" aria-label={label} src={url.data} />
  ) : (
    // biome-ignore lint/a11y/useMediaCaption: the program that logged it gave none
    <video controls preload="metadata" aria-label={label} src={url.data} />
  )
}

export const FilePanel = (props: Props) => (
  <>
    <p className="muted">
      {kindOf(props.value._type) === 'html'
        ? 'A view-only link does not run HTML.'
        : 'There is no viewer for this type.'}{' '}
      Download the file:
    </p>
    <ul className="media-list">
      {partsOf(props.value).map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
        <li key={`${i} ${part.path}`}>
          <FileLink {...props} value={part} />
        </li>
      ))}
    </ul>
  </>
)

function FileLink({ at, value }: Props) {
  const url = useFileUrl(at, value.path)
  const name = value.path?.split('/').pop() ?? typeName(value._type)
  const size = typeof value.size === 'number' ? `, ${formatBytes(value.size)}` : ''
  return url.data ? (
    <a href={url.data} download={name}>
      {name}
      {size}
    </a>
  ) : (
    <span>{name}</span>
  )
}
