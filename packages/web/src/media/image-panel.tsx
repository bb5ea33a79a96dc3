import { useEffect, useRef, useState } from 'react'
import type { RunAt } from '../api/endpoints.ts'
import { useTheme } from '../charts/theme.ts'
import { Boxes, classColor, classNamesOf, type Labels } from './image-boxes.tsx'
import { type MediaValue, type Picture, picturesOf } from './media-value.ts'
import { useBlobFile, useFileUrl } from './use-media.ts'

/** More are shown on request. */
const FIRST = 24

/** The images of a step, with toggles for their masks and boxes. */
export function ImagePanel({
  at,
  name,
  value,
  labels,
}: {
  at: RunAt
  name: string
  value: MediaValue
  labels: Labels
}) {
  const [all, setAll] = useState(false)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const pictures = picturesOf(value)
  const layers = [
    ...new Set(
      pictures.flatMap(({ masks, boxes }) => [
        ...Object.keys(masks).map((mask) => `mask ${mask}`),
        ...Object.keys(boxes).map((box) => `boxes ${box}`),
      ]),
    ),
  ]
  const shown = all ? pictures : pictures.slice(0, FIRST)
  const toggle = (layer: string) => {
    const next = new Set(hidden)
    if (!next.delete(layer)) next.add(layer)
    setHidden(next)
  }
  return (
    <>
      {layers.length > 0 && (
        <fieldset className="media-layers">
          <legend className="hidden">Layers of {name}</legend>
          {layers.map((layer) => (
            <label key={layer}>
              <input type="checkbox" checked={!hidden.has(layer)} onChange={() => toggle(layer)} /> {layer}
            </label>
          ))}
        </fieldset>
      )}
      <ul className={`gallery${pictures.length === 1 ? ' single' : ''}`}>
        {shown.map((picture, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice
          <li key={`${i} ${picture.path}`}>
            <PictureFigure at={at} name={name} picture={picture} hidden={hidden} labels={labels} />
          </li>
        ))}
      </ul>
      {shown.length < pictures.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {pictures.length}
        </button>
      )}
    </>
  )
}

function PictureFigure({
  at,
  name,
  picture,
  hidden,
  labels,
}: {
  at: RunAt
  name: string
  picture: Picture
  hidden: ReadonlySet<string>
  labels: Labels
}) {
  const { path, caption, masks, boxes } = picture
  const url = useFileUrl(at, path)
  const [missing, setMissing] = useState(false)
  const [size, setSize] = useState<readonly [number, number]>()
  const [classesOf, setClassesOf] = useState<Readonly<Record<string, readonly number[]>>>({})
  const theme = useTheme()
  const shownMasks = Object.entries(masks).filter(([mask]) => !hidden.has(`mask ${mask}`))
  // The names may be there later than the mask: they are looked up whenever the legend is drawn.
  const legend = new Map(
    shownMasks.flatMap(([mask]) => {
      const names = classNamesOf(labels, 'mask', name, mask)
      return (classesOf[mask] ?? []).map((id) => [id, names[id] ?? String(id)] as const)
    }),
  )
  return (
    <figure className={size && size[0] < PIXELS_BELOW ? 'picture pixels' : 'picture'}>
      <div className="frame">
        {missing || url.error ? (
          <p className="muted">The file is not there yet.</p>
        ) : (
          url.data && (
            <img
              src={url.data}
              alt={caption || name}
              loading="lazy"
              decoding="async"
              onLoad={({ currentTarget }) =>
                setSize([currentTarget.naturalWidth, currentTarget.naturalHeight])
              }
              onError={() => setMissing(true)}
            />
          )
        )}
        {size &&
          shownMasks.map(([mask, { path: file }]) => (
            <Mask
              key={mask}
              at={at}
              path={file}
              onClasses={(classes) => setClassesOf((before) => ({ ...before, [mask]: classes }))}
            />
          ))}
        {size &&
          Object.entries(boxes)
            .filter(([box]) => !hidden.has(`boxes ${box}`))
            .map(([box, layer]) => (
              <Boxes
                key={box}
                at={at}
                layer={layer}
                names={classNamesOf(labels, 'bounding_box', name, box)}
                size={size}
              />
            ))}
      </div>
      {legend.size > 0 && (
        <p className="class-legend">
          {[...legend].map(([id, text]) => (
            <span key={id}>
              <i style={{ background: classColor(theme, id) }} /> {text}
            </span>
          ))}
        </p>
      )}
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  )
}

/** Narrower images are enlarged with their pixels in sight. */
const PIXELS_BELOW = 96
/** Of the pixels of a class. */
const MASK_ALPHA = 128

/** A mask has the number of a class in each pixel; 0 is usually the background, which stays clear. */
function Mask({
  at,
  path,
  onClasses,
}: {
  at: RunAt
  path: string | undefined
  onClasses: (classes: readonly number[]) => void
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useTheme()
  const { data } = useBlobFile(at, path)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback is another one at each render
  useEffect(() => {
    let gone = false
    const draw = async (blob: Blob) => {
      const bitmap = await createImageBitmap(blob)
      const context = canvas.current?.getContext('2d')
      if (gone || !context || !canvas.current) return
      canvas.current.width = bitmap.width
      canvas.current.height = bitmap.height
      context.drawImage(bitmap, 0, 0)
      const image = context.getImageData(0, 0, bitmap.width, bitmap.height)
      const { data: pixels } = image
      const classes = new Set<number>()
      for (let i = 0; i < pixels.length; i += 4) {
        const id = pixels[i]!
        if (id === 0) {
          pixels[i + 3] = 0
          continue
        }
        classes.add(id)
        const color = rgbOf(classColor(theme, id))
        for (let k = 0; k < 3; k++) pixels[i + k] = color[k]!
        pixels[i + 3] = MASK_ALPHA
      }
      context.putImageData(image, 0, 0)
      onClasses([...classes].sort((a, b) => a - b))
    }
    if (data) void draw(data).catch(() => {})
    return () => {
      gone = true
    }
  }, [data, theme])
  return <canvas ref={canvas} className="mask" />
}

const rgbOf = (hex: string): readonly number[] =>
  [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16))
