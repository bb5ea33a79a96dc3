#!/usr/bin/env node
// Runs the TypeScript sources in the repository; the published package contains a compiled command.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/bin.ts')
