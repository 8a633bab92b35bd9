import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// Pages are loaded when first opened; a busy machine takes its time over that.
configure({ asyncUtilTimeout: 10_000 })

afterEach(() => {
  cleanup()
  window.location.hash = ''
  delete window.go
  delete window.runtime
})
