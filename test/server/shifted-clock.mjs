// Loaded before the service: its clock is ahead by what the file in CHIMNEY_TEST_CLOCK says, in milliseconds.
import { readFileSync } from 'node:fs'

const now = Date.now.bind(Date)
const ahead = () => Number(readFileSync(process.env.CHIMNEY_TEST_CLOCK, 'utf8'))
Date.now = () => now() + ahead()
