import type { Crowd } from './surface.ts'

/** Pixels of a disc: its side, and for each pixel how much of it is covered and how much of that is the disc's own colour. */
interface Stamp {
  readonly side: number
  readonly covered: Float32Array
  readonly own: Float32Array
}

/**
 * Pixels (RGBA) of `width` by `height` with thousands of discs, the later over the earlier; `scale` is pixels to a length of
 * one. Each lies on whole pixels, so that one stamp serves all: a canvas takes ten times as long to draw a path for each.
 */
export function stampDiscs(
  width: number,
  height: number,
  scale: number,
  { groups, radius, ring }: Crowd,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4)
  const stamp = stampOf(radius * scale, ((ring?.width ?? 0) / 2) * scale)
  const { side } = stamp
  const half = (side - 1) / 2
  const [ringRed, ringGreen, ringBlue] = channelsOf(ring?.color ?? '#000000')
  for (const { centers, color } of groups) {
    const [red, green, blue] = channelsOf(color)
    const inks = new Float32Array(side * side * 3)
    for (const [i, own] of stamp.own.entries()) {
      inks[3 * i] = ringRed + own * (red - ringRed)
      inks[3 * i + 1] = ringGreen + own * (green - ringGreen)
      inks[3 * i + 2] = ringBlue + own * (blue - ringBlue)
    }
    for (let c = 0; c + 1 < centers.length; c += 2) {
      const left = Math.round(centers[c]! * scale - half - 0.5)
      const top = Math.round(centers[c + 1]! * scale - half - 0.5)
      for (let y = 0; y < side; y++) {
        if (top + y < 0 || top + y >= height) continue
        for (let x = 0; x < side; x++) {
          const i = y * side + x
          const alpha = stamp.covered[i]!
          if (alpha === 0 || left + x < 0 || left + x >= width) continue
          const at = 4 * ((top + y) * width + left + x)
          const under = (pixels[at + 3]! / 255) * (1 - alpha)
          const all = alpha + under
          for (let channel = 0; channel < 3; channel++)
            pixels[at + channel] = (inks[3 * i + channel]! * alpha + pixels[at + channel]! * under) / all
          pixels[at + 3] = 255 * all
        }
      }
    }
  }
  return pixels
}

function stampOf(radius: number, halfRing: number): Stamp {
  const outer = radius + halfRing
  const side = 2 * Math.ceil(outer - 0.5) + 1
  const covered = new Float32Array(side * side)
  const own = new Float32Array(side * side)
  for (let i = 0; i < side * side; i++) {
    const away = Math.hypot((i % side) - (side - 1) / 2, Math.floor(i / side) - (side - 1) / 2)
    covered[i] = Math.max(0, Math.min(1, outer - away + 0.5))
    own[i] = Math.max(0, Math.min(1, radius - halfRing - away + 0.5))
  }
  return { side, covered, own }
}

/** Of `#rrggbb`, as the style sheet writes colours. */
const channelsOf = (color: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as [number, number, number]
