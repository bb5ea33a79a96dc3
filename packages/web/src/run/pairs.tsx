import { useState } from 'react'
import type { RunMedia } from '../media/media-endpoints.ts'
import { panelOf } from '../media/media-panels.tsx'
import { isMedia, typeName } from '../media/media-value.ts'
import { exactText } from '../model/format.ts'
import { loggedText } from '../model/logged-text.ts'

/** Lists with more values can be searched. */
const SEARCH_FROM = 12

/** Names with their values. */
export function Pairs({
  title,
  values,
  none,
  sorted = false,
  media,
}: {
  title: string
  values: Readonly<Record<string, unknown>>
  none: string
  /** By name; a summary has no order. */
  sorted?: boolean
  /** To link to the panels of values. */
  media?: RunMedia
}) {
  const [search, setSearch] = useState('')
  const all = Object.entries(values).filter(([name]) => !name.startsWith('_'))
  if (sorted) all.sort(([a], [b]) => (a < b ? -1 : 1))
  const entries = all.filter(([name, value]) =>
    `${name} ${loggedText(value)}`.toLowerCase().includes(search.toLowerCase()),
  )
  return (
    <section className="card figure" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {all.length > SEARCH_FROM && (
          <div className="tools">
            <input
              type="search"
              aria-label={`Search ${title.toLowerCase()}`}
              placeholder="Search"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </div>
        )}
      </header>
      {all.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <dl className="key-values">
          {entries.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              {media && isMedia(value) ? (
                <dd title={loggedText(value)}>
                  <MediaWord name={name} type={value._type} media={media} />
                </dd>
              ) : (
                <dd title={exactText(value)}>{loggedText(value)}</dd>
              )}
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

/** `image, step 40`, with a link to the panel. */
function MediaWord({ name, type, media }: { name: string; type: string; media: RunMedia }) {
  const panel = panelOf(media, name)
  const word = typeName(type)
  return panel ? (
    <a
      href={`#${panel.id}`}
      onClick={(event) => {
        event.preventDefault()
        document.getElementById(panel.id)?.scrollIntoView()
      }}
    >
      {word}, step {panel.step}
    </a>
  ) : (
    word
  )
}
