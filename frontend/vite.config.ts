import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'"

// Only in the build: the development server's own refresh script is inline.
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
}

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy],
  resolve: {
    alias: { '@texts': fileURLToPath(new URL('../care/text', import.meta.url)) },
  },
  server: { host: '127.0.0.1', fs: { allow: ['..'] } },
  preview: { host: '127.0.0.1' },
  build: {
    outDir: 'dist',
    // public/.gitkeep is copied back into the emptied folder, so that Go's embed always finds it.
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Fonts and images would become data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    // Read from the program itself, never over a network: React and Mantine in one piece are fine.
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // The window's modules are read once for each worker, not for each file: src/testing/setup.ts leaves nothing of a test behind.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 30_000,
  },
})
