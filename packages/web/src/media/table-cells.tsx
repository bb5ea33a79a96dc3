import { useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { addressOf } from '../app/base.ts'
import { readOnly } from '../app/share-link.ts'
import { exactText } from '../model/format.ts'
import type { TableColumn } from '../model/table-column.ts'
import { Player } from './file-panels.tsx'
import { htmlPath } from './media-endpoints.ts'
import { isMedia, kindOf, type MediaValue, picturesOf, typeName } from './media-value.ts'
import { useFileUrl } from './use-media.ts'

const SHOWN_CHARACTERS = 300

export function Cell({
  at,
  column,
  row,
  onOpen,
}: {
  at: RunAt
  column: TableColumn
  row: number
  /** Opens an image. */
  onOpen: (value: MediaValue) => void
}) {
  const value = column.raw(row)
  if (isMedia(value))
    return (
      <td>
        <MediaCell at={at} value={value} label={`${column.title}, row ${row + 1}`} onOpen={onOpen} />
      </td>
    )
  const text = column.text(row, 0)
  return (
    <td
      className={column.numeric ? 'number' : ''}
      title={column.numeric ? exactText(value) : text || undefined}
    >
      {text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}
    </td>
  )
}

interface MediaProps {
  readonly at: RunAt
  readonly value: MediaValue
  readonly label: string
  readonly onOpen: (value: MediaValue) => void
}

function MediaCell({ at, value, label, onOpen }: MediaProps) {
  switch (kindOf(value._type)) {
    case 'images':
      return <Thumbnails at={at} value={value} label={label} onOpen={onOpen} />
    case 'audio':
    case 'video':
      return <Player at={at} name={label} value={value} />
    case 'html':
      // A frame or a tab sends no share token.
      return readOnly ? (
        <FileCell at={at} value={value} />
      ) : (
        <a href={addressOf(htmlPath(at, value.path ?? ''))} target="_blank" rel="noreferrer">
          {typeName(value._type)}
        </a>
      )
    default:
      return <FileCell at={at} value={value} />
  }
}

/** More of a cell are in the dialog. */
const FIRST = 4

function Thumbnails({ at, value, label, onOpen }: MediaProps) {
  const pictures = picturesOf(value)
  return (
    <button type="button" className="ghost thumbnails" onClick={() => onOpen(value)}>
      {pictures.slice(0, FIRST).map(({ path, caption }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
        <Thumbnail key={`${i} ${path}`} at={at} path={path} label={caption || label} />
      ))}
      {pictures.length > FIRST && <span className="muted">+{pictures.length - FIRST}</span>}
    </button>
  )
}

/** Smaller images are enlarged with their pixels in sight. */
const THUMBNAIL_PX = 64

function Thumbnail({ at, path, label }: { at: RunAt; path: string; label: string }) {
  const url = useFileUrl(at, path)
  const [isSmall, setIsSmall] = useState(false)
  if (!url.data) return <span>image</span>
  return (
    <img
      className={`thumbnail${isSmall ? ' pixels' : ''}`}
      src={url.data}
      alt={label}
      decoding="async"
      onLoad={({ currentTarget }) => setIsSmall(currentTarget.naturalHeight < THUMBNAIL_PX)}
    />
  )
}

function FileCell({ at, value }: { at: RunAt; value: MediaValue }) {
  const url = useFileUrl(at, value.path)
  const name = typeName(value._type)
  return url.data ? (
    <a href={url.data} download={value.path?.split('/').pop()}>
      {name}
    </a>
  ) : (
    name
  )
}
