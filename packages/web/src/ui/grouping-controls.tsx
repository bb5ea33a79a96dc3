import { BANDS, type Band } from '../model/curve-groups.ts'

/** Chooses what curves are grouped by, and the band of the groups. */
export function GroupingControls({
  groups,
  group,
  band,
  onGroup,
  onBand,
}: {
  readonly groups: readonly { readonly key: string; readonly name: string }[]
  /** Key of a group; none when empty. */
  readonly group: string
  readonly band: Band
  readonly onGroup: (key: string | null) => void
  readonly onBand: (band: Band | null) => void
}) {
  return (
    <>
      <select
        aria-label="Group curves by"
        value={group}
        onChange={({ target: { value } }) => onGroup(value || null)}
      >
        <option value="">Group curves by…</option>
        {groups.map(({ key, name }) => (
          <option key={key} value={key}>
            Group: {name}
          </option>
        ))}
      </select>
      {group !== '' && (
        <select
          aria-label="Band of groups"
          value={band}
          onChange={({ target: { value } }) => onBand(value === BANDS[0] ? null : (value as Band))}
        >
          {BANDS.map((each) => (
            <option key={each} value={each}>
              Mean, {each}
            </option>
          ))}
        </select>
      )}
    </>
  )
}

export const bandOf = (text: string | null): Band => BANDS.find((each) => each === text) ?? BANDS[0]
