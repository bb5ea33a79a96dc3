/** three.js, loaded with the first point cloud. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  PerspectiveCamera,
  Points,
  PointsMaterial,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three'
import type { Theme } from '../charts/theme.ts'

const HEIGHT = 300
const TURN = 0.01
const KEY_TURN = 0.15
/** The camera, as multiples of the radius of the cloud. */
const DISTANCE = 2.4

/** Draws points with three coordinates, and a class or three channels up to 255 as color. Returns a function that ends it. */
export function drawPoints(
  canvas: HTMLCanvasElement,
  points: readonly (readonly number[])[],
  theme: Theme,
): () => void {
  const renderer = new WebGLRenderer({ canvas, antialias: true })
  const width = canvas.clientWidth
  renderer.setPixelRatio(Math.min(2, devicePixelRatio || 1))
  renderer.setSize(width, HEIGHT, false)
  const geometry = new BufferGeometry()
  geometry.setAttribute(
    'position',
    new BufferAttribute(new Float32Array(points.flatMap(([x = 0, y = 0, z = 0]) => [x, y, z])), 3),
  )
  geometry.setAttribute(
    'color',
    new BufferAttribute(new Float32Array(points.flatMap((point) => colorOf(point, theme).toArray())), 3),
  )
  geometry.computeBoundingSphere()
  const { center, radius } = geometry.boundingSphere ?? { center: new Vector3(), radius: 1 }
  const size = radius || 1
  const material = new PointsMaterial({ size: size / 40, vertexColors: true })
  const scene = new Scene()
  scene.background = new Color(theme.surface)
  const cloud = new Points(geometry, material)
  cloud.position.copy(center).negate()
  scene.add(cloud)
  const camera = new PerspectiveCamera(50, width / HEIGHT, size / 100, size * 20)
  let [around, up] = [0.6, 0.4]
  const render = () => {
    const distance = DISTANCE * size
    camera.position.set(
      distance * Math.cos(up) * Math.sin(around),
      distance * Math.sin(up),
      distance * Math.cos(up) * Math.cos(around),
    )
    camera.lookAt(0, 0, 0)
    renderer.render(scene, camera)
  }
  const turn = (x: number, y: number) => {
    around -= x
    up = Math.max(-1.5, Math.min(1.5, up + y))
    render()
  }
  const stop = new AbortController()
  const { signal } = stop
  canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId), { signal })
  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (event.buttons > 0) turn(event.movementX * TURN, event.movementY * TURN)
    },
    { signal },
  )
  const arrows: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [KEY_TURN, 0],
    ArrowRight: [-KEY_TURN, 0],
    ArrowUp: [0, KEY_TURN],
    ArrowDown: [0, -KEY_TURN],
  }
  canvas.addEventListener(
    'keydown',
    (event) => {
      const arrow = arrows[event.key]
      if (!arrow) return
      event.preventDefault()
      turn(...arrow)
    },
    { signal },
  )
  render()
  return () => {
    stop.abort()
    geometry.dispose()
    material.dispose()
    renderer.dispose()
  }
}

const CHANNEL = 255

function colorOf(point: readonly number[], theme: Theme): Color {
  const [, , , first, green, blue] = point
  if (first !== undefined && green !== undefined && blue !== undefined)
    return new Color(first / CHANNEL, green / CHANNEL, blue / CHANNEL)
  return new Color(theme.series[Math.abs(Math.round(first ?? 0)) % theme.series.length] ?? theme.accent)
}
