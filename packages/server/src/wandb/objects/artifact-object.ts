import type { ProjectKey, RunKey } from '@chimney/core/schema/names'
import { NO_EDGES, type PageArgs } from '../connection.ts'
import type { DoorRequest } from '../door-request.ts'

export const logged = (_door: DoorRequest, _run: RunKey, _page: PageArgs) => NO_EDGES
export const used = (_door: DoorRequest, _run: RunKey, _page: PageArgs) => NO_EDGES
export const artifactOf = (_door: DoorRequest, _key: ProjectKey, _name: string | null | undefined) => null
export const artifactTypeObject = (_door: DoorRequest, _key: ProjectKey, _name: string | null | undefined) =>
  null
export const artifactTypes = (_door: DoorRequest, _key: ProjectKey, _page: PageArgs) => NO_EDGES
export const collectionOf = (_door: DoorRequest, _key: ProjectKey, _name: string | null | undefined) => null
export const membershipOf = (
  _door: DoorRequest,
  _key: ProjectKey,
  _name: string | null | undefined,
  _alias: string | null | undefined,
) => null
