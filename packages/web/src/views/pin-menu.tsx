import { setSearchParams, useLocation } from '../app/location.ts'
import { Menu, MenuCheck } from '../ui/menu.tsx'
import { namesIn, textOfNames } from './view-state.ts'

/** Metrics whose charts come first. */
export const usePins = (): readonly string[] => namesIn(useLocation().query, 'pin')

export function PinMenu({ metrics }: { metrics: readonly string[] }) {
  const pins = usePins()
  const toggle = (name: string, on: boolean) =>
    setSearchParams({ pin: textOfNames(on ? [...pins, name] : pins.filter((pin) => pin !== name)) })
  return (
    <Menu label="Pin metrics" icon="Pin metrics">
      {metrics.map((name) => (
        <MenuCheck key={name} checked={pins.includes(name)} onChange={(on) => toggle(name, on)}>
          {name}
        </MenuCheck>
      ))}
    </Menu>
  )
}
