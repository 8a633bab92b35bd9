// Chromium, and a Go program that stands for the portal or a part of it, for the tests of one file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { build } from './program.mjs';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Builds the program of a folder beside this file and starts the browser before the file's tests; all of it, and scratch, goes after them. */
export function stage(folder, tags) {
  const scratch = mkdtempSync(path.join(tmpdir(), `${folder}-e2e-`));
  const it = { scratch, program: undefined, browser: undefined };
  before(async () => {
    it.program = build(folder, tags, scratch);
    it.browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags });
  });
  after(async () => {
    await it.browser?.close();
    rmSync(scratch, { recursive: true, force: true });
  });
  return it;
}
