/** Red, green and blue, 0 to 255, of a colour of the style sheet: `#rrggbb`, or `#rgb`, which a build makes of it where it can. */
export function parseHexColor(color: string): readonly [number, number, number] {
  const [, short] = /^#([0-9a-f]{3})$/i.exec(color) ?? []
  const long = short === undefined ? color.slice(1) : short.replaceAll(/./g, '$&$&')
  if (!/^[0-9a-f]{6}$/i.test(long)) throw new Error(`${color} is no colour of the form #rrggbb`)
  const channel = (at: number) => Number.parseInt(long.slice(at, at + 2), 16)
  return [channel(0), channel(2), channel(4)]
}
