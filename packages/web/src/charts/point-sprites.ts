import { parseHexColor } from './hex-color.ts'
import type { PointCloud } from './surface.ts'

/** The pixels of a disc that are not empty, from its middle. */
interface Stamp {
  readonly xs: Int32Array
  readonly ys: Int32Array
  /** How much of each is covered, 0 to 255. */
  readonly alphas: Uint8Array
  /** How much of that is the disc's own colour and not its ring's, 0 to 1. */
  readonly own: Float32Array
  /** No pixel is further from the middle, across or down. */
  readonly reach: number
}

/**
 * Pixels (RGBA) of `width` by `height` with thousands of discs, the later over the earlier; `scale` is pixels to a length of one.
 * Each lies on whole pixels, so that one stamp serves all: a canvas takes ten times as long to draw a path for each. Where
 * a disc covers a pixel in part, what was there before stays if it covered more.
 */
export function rasterizePoints(
  width: number,
  height: number,
  scale: number,
  { groups, radius, ring }: PointCloud,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint32Array(width * height)
  const stamp = stampOf(radius * scale, ((ring?.width ?? 0) / 2) * scale)
  for (const { centers, color } of groups) {
    const inks = inksOf(stamp, color, ring?.color ?? color)
    for (let i = 0; i + 1 < centers.length; i += 2) {
      const x = Math.floor(centers[i]! * scale)
      const y = Math.floor(centers[i + 1]! * scale)
      press(pixels, width, height, stamp, inks, x, y)
    }
  }
  return new Uint8ClampedArray(pixels.buffer)
}

function press(
  pixels: Uint32Array,
  width: number,
  height: number,
  { xs, ys, alphas, reach }: Stamp,
  inks: Uint32Array,
  x: number,
  y: number,
): void {
  const inside = x >= reach && y >= reach && x + reach < width && y + reach < height
  for (let i = 0; i < inks.length; i++) {
    const px = x + xs[i]!
    const py = y + ys[i]!
    if (!inside && (px < 0 || py < 0 || px >= width || py >= height)) continue
    const at = py * width + px
    if (alphas[i]! >= pixels[at]! >>> 24) pixels[at] = inks[i]!
  }
}

function stampOf(radius: number, halfRing: number): Stamp {
  const outer = radius + halfRing
  const reach = Math.ceil(outer - 0.5)
  const side = 2 * reach + 1
  const cover = (room: number) => Math.max(0, Math.min(1, room + 0.5))
  const found = Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - reach, Math.floor(i / side) - reach]
    const away = Math.hypot(x, y)
    return { x, y, alpha: Math.round(255 * cover(outer - away)), own: cover(radius - halfRing - away) }
  }).filter(({ alpha }) => alpha > 0)
  return {
    xs: Int32Array.from(found, ({ x }) => x),
    ys: Int32Array.from(found, ({ y }) => y),
    alphas: Uint8Array.from(found, ({ alpha }) => alpha),
    own: Float32Array.from(found, ({ own }) => own),
    reach,
  }
}

/** What each pixel of the stamp is written as. Browsers run on machines that write the last byte (alpha) highest. */
function inksOf({ alphas, own }: Stamp, color: string, ring: string): Uint32Array {
  const [inner, outer] = [parseHexColor(color), parseHexColor(ring)]
  const bytes = new Uint8ClampedArray(4 * alphas.length)
  for (const [i, alpha] of alphas.entries()) {
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = outer[c]! + own[i]! * (inner[c]! - outer[c]!)
    bytes[4 * i + 3] = alpha
  }
  return new Uint32Array(bytes.buffer)
}
